using Hub.ChangeFeed.Embedded;

namespace Hub.Migration.Applying;

/// <summary>A table's name as the config writes it: <c>orders</c>, or with its schema <c>sales.orders</c>.</summary>
internal static class TableName
{
    public static (string? Schema, string Table) Split(string name) => name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0
        ? (name[..dot], name[(dot + 1)..])
        : (null, name);

    /// <summary>As SQL has it; SQLite has no schemas.</summary>
    public static string Quote(string name, bool schemas) => schemas && Split(name) is ({ } schema, var table)
        ? $"{SqliteSql.Quote(schema)}.{SqliteSql.Quote(table)}"
        : SqliteSql.Quote(name);
}
