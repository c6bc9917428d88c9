namespace Hub.Adapters.Webhooks;

/// <summary>What vendors may post.</summary>
public sealed class WebhookOptions
{
    /// <summary>The address as vendors call it, without the path: some sign it. Null: the address that the post came to.</summary>
    public Uri? Public { get; init; }

    /// <summary>The longest body that is read.</summary>
    /// <value>The default is 1 MiB.</value>
    public int MostBytes { get; init; } = 1 << 20;

    /// <summary>How many posts of one connector are read at once after a rest.</summary>
    /// <value>The default is 200.</value>
    public int Burst { get; init; } = 200;

    /// <summary>How many posts a second of one connector are read in the long run; the others are answered with 429.</summary>
    /// <value>The default is 20.</value>
    public int PerSecond { get; init; } = 20;

    /// <summary>For how long an event's id is known, so that the vendor's retry counts once.</summary>
    /// <value>The default is seven days.</value>
    public TimeSpan Remembered { get; init; } = TimeSpan.FromDays(7);
}
