namespace Hub.ChangeFeed.Sources;

/// <summary>What a database's column holds, whichever database it is: decides the text of a <see cref="ChangeValue"/> and what it can be mapped to.</summary>
public enum ColumnType
{
    /// <summary>A type that Hub has no word for: its text as the source prints it.</summary>
    Other,
    Text,

    /// <summary>Whole numbers of any size and sign.</summary>
    WholeNumber,

    /// <summary>Exact numbers; <c>NaN</c> and <c>Infinity</c> where the database has them (they are <see cref="ChangeValueKind.Text"/>, all others <see cref="ChangeValueKind.Number"/>).</summary>
    ExactNumber,

    /// <summary>Binary fractions, as the shortest digits that are read back as the same number.</summary>
    BinaryFraction,
    Boolean,
    Bytes,
    Date,
    TimeOfDay,

    /// <summary>A time without zone.</summary>
    Timestamp,

    /// <summary>A time with a zone or in UTC.</summary>
    ZonedTimestamp,

    /// <summary>In ISO 8601 as PostgreSQL writes it, parts that are 0 left out: <c>P1Y2M3DT4H5M6.78S</c>, <c>P-1D</c>, <c>PT0S</c>.</summary>
    Interval,
    Json,
    Uuid,
    Enum,

    /// <summary>Bit strings, little-endian, as hex, without the zero bytes at the end: <c>B'101'</c> is <c>05</c>, <c>B'000'</c> nothing.</summary>
    Bits,
}
