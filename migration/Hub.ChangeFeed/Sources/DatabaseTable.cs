using System.Collections.Immutable;

namespace Hub.ChangeFeed.Sources;

/// <summary>A table as its database describes it: legacy's or New's.</summary>
/// <param name="Name">As the config writes it: without the schema where that is the default one, <c>sales.orders</c> otherwise.</param>
/// <param name="Key">The columns of its primary key in the key's order; empty where it has none.</param>
/// <param name="Uniques">Column sets that no two rows share besides the primary key.</param>
public sealed record DatabaseTable(
    string Name,
    ImmutableArray<DatabaseColumn> Columns,
    ImmutableArray<string> Key,
    ImmutableArray<ImmutableArray<string>> Uniques)
{
    /// <summary>
    /// A change brings the whole row before it, so that a target's key may be made from other columns than the primary key:
    /// true of SQLite's triggers, of a binlog with <c>binlog_row_image=FULL</c> and of SQL Server; in PostgreSQL only with
    /// <c>REPLICA IDENTITY FULL</c>.
    /// </summary>
    public bool WholeBefore { get; init; }

    public DatabaseColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);
}

/// <summary>A column as it is declared.</summary>
/// <param name="Declared">The type in the database's own words: <c>numeric(12,2)</c>, <c>tinyint(1)</c>.</param>
/// <param name="HasDefault">A row may leave it out: it has a default, is an identity or generated.</param>
public sealed record DatabaseColumn(string Name, ColumnType Type, string Declared, bool NotNull, bool HasDefault);
