namespace Hub.Processes;

/// <summary>How patient the pump is.</summary>
public sealed class ProcessOptions
{
    /// <summary>
    /// Effects of one lane that run beside each other, so that a vendor that hangs holds up no other. Half as many may be retries beside
    /// them, so that orders which fail again and again hold up no new ones.
    /// </summary>
    /// <value>The default is 8.</value>
    public int Lanes { get; init; } = 8;

    /// <summary>The wait before the second attempt; it doubles with each.</summary>
    /// <value>The default is one second.</value>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts; up to a quarter of it comes on top, at random.</summary>
    /// <value>The default is one minute.</value>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After that long an effect becomes a dead letter.</summary>
    /// <value>The default is one day.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long effects in flight may go on when the plane stops; those cut are looked up after the restart.</summary>
    /// <value>The default is two seconds.</value>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(2);

    // Not in step: where a vendor takes one call a second, the poll that always comes in the same second would starve an effect for ever.
    internal TimeSpan BackOff(int attempt) => TimeSpan.FromTicks((long)(
        Math.Min(LongestBackOff.Ticks, FirstBackOff.Ticks * Math.Pow(2, Math.Min(attempt, 30) - 1)) * (1 + (Random.Shared.NextDouble() / 4))));
}
