namespace Hub.ChangeFeed;

/// <summary>
/// A column's value as the source's JSON has it. A number keeps its digits as they were written: 19.90 stays 19.90 and
/// never becomes a binary fraction on its way.
/// </summary>
/// <param name="Text">
/// The text; a number's digits; <c>true</c> or <c>false</c>; the bytes in lower-case hex; a nested value's JSON; null for null and unknown. By the
/// column's <see cref="Sources.ColumnType"/> a time is <c>2018-07-13T11:23:45.34</c>, with a zone <c>2018-07-13T11:23:45.34Z</c>, a date <c>2018-07-13</c>,
/// a time of day <c>10:23:45.68</c>, an interval <c>P1Y2M3DT4H5M6.78S</c>, whichever way and mode it came by: what stream, copy and verification read is one text.
/// </param>
public readonly record struct ChangeValue(ChangeValueKind Kind, string? Text)
{
    public static ChangeValue Null { get; }

    public static ChangeValue Unknown { get; } = new(ChangeValueKind.Unknown, null);

    public override string ToString() => Kind switch
    {
        ChangeValueKind.Null => "null",
        ChangeValueKind.Unknown => "unknown",
        ChangeValueKind.Text => $"'{Text}'",
        _ => Text!,
    };
}

/// <summary>What a <see cref="ChangeValue"/> is.</summary>
public enum ChangeValueKind
{
    Null,
    Text,
    Number,
    Boolean,

    /// <summary>A JSON object or list that is no plain column's value.</summary>
    Nested,

    /// <summary>Bytes, as lower-case hex.</summary>
    Bytes,

    /// <summary>The source did not say: an unchanged large value (PostgreSQL's TOAST). The target keeps what it has.</summary>
    Unknown,
}
