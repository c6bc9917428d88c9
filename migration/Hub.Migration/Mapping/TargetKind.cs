namespace Hub.Migration.Mapping;

/// <summary>Which database a target is, as far as the mapping has to know.</summary>
internal enum TargetKind
{
    /// <summary>
    /// Its columns take any value, so a value has the type that the mapping makes: amounts are kept as text with all their digits, times as
    /// text in UTC.
    /// </summary>
    Sqlite,
    Postgres,
}
