namespace Hub.Migration.Mapping;

/// <summary>What a mapped value is as an object: decided by the target's column, and in SQLite, whose columns take anything, by the mapping.</summary>
internal enum MappedType
{
    /// <summary><see cref="string"/>.</summary>
    Text,

    /// <summary><see cref="long"/>.</summary>
    WholeNumber,

    /// <summary><see cref="decimal"/>.</summary>
    Decimal,

    /// <summary><see cref="double"/>.</summary>
    Fraction,

    /// <summary><see cref="bool"/>.</summary>
    Bool,

    /// <summary><see cref="DateTimeOffset"/> in UTC.</summary>
    Instant,

    /// <summary><see cref="DateTime"/> without a zone.</summary>
    LocalTime,

    /// <summary><see cref="DateOnly"/>.</summary>
    Date,

    /// <summary><see cref="TimeOnly"/>.</summary>
    TimeOfDay,

    /// <summary><see cref="TimeSpan"/>.</summary>
    Interval,

    /// <summary><see cref="string"/> with JSON that was parsed once.</summary>
    Json,

    /// <summary><see cref="Guid"/>.</summary>
    Uuid,

    /// <summary><see cref="byte"/>[].</summary>
    Bytes,
}
