namespace Hub.ChangeFeed.Postgres;

/// <summary>How a value's text, as PostgreSQL's own output function prints it, becomes the canonical one.</summary>
internal enum TextForm
{
    /// <summary>It is the canonical one.</summary>
    AsIs,
    Number,
    Float,
    Money,
    Boolean,

    /// <summary><c>bit(1)</c>.</summary>
    Bit,
    Bits,
    Bytes,
    Timestamp,
    ZonedTimestamp,
    ZonedTime,
    Json,
    Hstore,
    Array,
}
