namespace Hub.Migration.Mapping;

/// <summary>What a change does to one row of a target.</summary>
/// <param name="Key">The row's key there; empty: the whole table goes (a truncate).</param>
/// <param name="Row">What the row becomes, by the table's columns; null where it goes. <see cref="Unknown"/> stands where the target keeps what it has.</param>
internal readonly record struct RowEffect(TableMapping Table, object?[] Key, object?[]? Row)
{
    /// <summary>A column whose value the source did not send, since it was not changed (PostgreSQL's TOAST).</summary>
    public static readonly object Unknown = new UnknownValue();

    /// <summary>All rows of the table go.</summary>
    public bool IsTruncate => Row is null && Key.Length == 0;

    public static RowEffect Truncate(TableMapping table) => new(table, [], Row: null);

    private sealed class UnknownValue
    {
        public override string ToString() => "unknown";
    }
}
