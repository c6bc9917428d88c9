namespace Hub.ChangeFeed.Sources;

/// <summary>What a database's column holds, whichever database it is: decides the text of a <see cref="ChangeValue"/> and what it can be mapped to.</summary>
public enum ColumnType
{
    /// <summary>A type that Hub has no word for: its text as the source prints it.</summary>
    Other,
    Text,

    /// <summary>Whole numbers of any size and sign.</summary>
    WholeNumber,

    /// <summary>Exact numbers; <c>NaN</c> and <c>Infinity</c> where the database has them.</summary>
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
    Interval,
    Json,
    Uuid,
    Enum,

    /// <summary>Bit strings, little-endian, as hex.</summary>
    Bits,
}
