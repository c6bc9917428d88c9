namespace Hub.Placement;

/// <summary>
/// The side that a customer wrote a dataset on last: reads of it go there until the other side has it (SAFETY.md 8).
/// </summary>
/// <param name="At">When the write was answered, in milliseconds since 1970, UTC; 0 in <see cref="None"/>.</param>
public readonly record struct WriteMark(Side Side, long At)
{
    /// <summary>A mark that was not passed ends after so long, in milliseconds: the reads must not stay for ever.</summary>
    public const long Longest = 10 * 60 * 1000;

    /// <summary>An applied time that was told longer ago than this, in milliseconds, counts as not passed.</summary>
    public const long FreshReport = 3_000;

    public static WriteMark None => default;

    public bool Exists => At > 0;

    /// <param name="now">In milliseconds since 1970, UTC.</param>
    /// <param name="applied">How far the other side has what is written on the mark's side.</param>
    /// <param name="skew">How far the clocks of the machines may differ.</param>
    public MarkStanding Standing(long now, AppliedUpTo applied, TimeSpan skew)
    {
        if (applied.UpTo > At + (long)skew.TotalMilliseconds && now - applied.ToldAt <= FreshReport)
        {
            return MarkStanding.Passed;
        }

        // A clock that was far ahead when the mark was made must not hold it longer.
        return Math.Abs(now - At) > Longest ? MarkStanding.Ended : MarkStanding.Holds;
    }

    /// <summary>The newer of two; of the same time legacy's, which is what New reads from.</summary>
    public static WriteMark Newer(WriteMark one, WriteMark other) =>
        one.At != other.At ? (one.At > other.At ? one : other) : one.Side == Side.Legacy ? one : other;
}

/// <summary>How far a side has what is written on the other.</summary>
/// <param name="UpTo">All that was written before this is there, in milliseconds since 1970; 0 where nobody says so.</param>
/// <param name="ToldAt">When that was said, in milliseconds since 1970.</param>
public readonly record struct AppliedUpTo(long UpTo, long ToldAt)
{
    public static AppliedUpTo Unknown => default;
}

/// <summary>How a mark stands.</summary>
public enum MarkStanding : byte
{
    /// <summary>Reads go to the side written.</summary>
    Holds,

    /// <summary>The other side has it.</summary>
    Passed,

    /// <summary>Its time is over, and nobody said that the other side has it.</summary>
    Ended,
}
