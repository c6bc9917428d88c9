using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Embedded;

/// <summary>What a declared type of SQLite promises, by SQLite's own rules of affinity and the words that shops use.</summary>
public static class SqliteTypes
{
    private static readonly (string Part, ColumnType Type)[] Words =
    [
        ("BOOL", ColumnType.Boolean), ("INT", ColumnType.WholeNumber), ("CHAR", ColumnType.Text), ("CLOB", ColumnType.Text), ("TEXT", ColumnType.Text),
        ("BLOB", ColumnType.Bytes), ("REAL", ColumnType.BinaryFraction), ("FLOA", ColumnType.BinaryFraction), ("DOUB", ColumnType.BinaryFraction),
        ("NUMERIC", ColumnType.ExactNumber), ("DECIMAL", ColumnType.ExactNumber), ("MONEY", ColumnType.ExactNumber),
        ("TIMESTAMP", ColumnType.Timestamp), ("DATETIME", ColumnType.Timestamp), ("DATE", ColumnType.Date), ("JSON", ColumnType.Json),
        ("UUID", ColumnType.Uuid), ("GUID", ColumnType.Uuid),
    ];

    /// <summary>SQLite holds anyone to it only in STRICT tables: a value of another kind comes as what it is.</summary>
    public static ColumnType Of(string declared)
    {
        foreach (var (part, type) in Words)
        {
            if (declared.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return type;
            }
        }

        return ColumnType.Other;
    }

    /// <summary>The table as all databases are described.</summary>
    public static DatabaseTable Describe(this SqliteTable table) => new(
        table.Name,
        [.. table.Columns.Select(column => new DatabaseColumn(column.Name, Of(column.Type), column.Type, column.NotNull, column.HasDefault))],
        table.Key, table.Uniques)
    {
        WholeBefore = true,
    };
}
