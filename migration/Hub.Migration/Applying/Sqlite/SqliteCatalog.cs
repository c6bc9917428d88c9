using System.Collections.Immutable;
using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Sources;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Applying.Sqlite;

/// <summary>What a SQLite file says of New's tables.</summary>
internal static class SqliteCatalog
{
    public static TargetTables Read(SqliteConnection connection, IReadOnlyList<string> tables)
    {
        var found = tables.Select(table => SqliteTable.Read(connection, table)).OfType<SqliteTable>().Select(Described).ToImmutableArray();
        var acting = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var references = ImmutableArray.CreateBuilder<TargetReference>();
        foreach (var table in found)
        {
            using var command = connection.Prepare(
                "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list($table) ORDER BY id, seq", ("$table", table.Name));
            using var reader = command.ExecuteReader();
            var keys = new Dictionary<long, (string Parent, List<(string, string)> Columns)>();
            while (reader.Read())
            {
                if (!keys.TryGetValue(reader.GetInt64(0), out var key))
                {
                    keys.Add(reader.GetInt64(0), key = (reader.GetString(1), []));
                }

                // A reference without columns is one to the parent's primary key.
                key.Columns.Add((reader.GetString(2), reader.IsDBNull(3) ? SqliteTable.Read(connection, key.Parent)?.Key[key.Columns.Count] ?? "" : reader.GetString(3)));
                if (reader.GetString(4) is not ("NO ACTION" or "RESTRICT") || reader.GetString(5) is not ("NO ACTION" or "RESTRICT"))
                {
                    acting.Add(table.Name);
                }
            }

            references.AddRange(keys.Values.Select(key => new TargetReference(table.Name, key.Parent, [.. key.Columns])));
        }

        return new TargetTables(found, acting.ToImmutable(), references.ToImmutable());
    }

    private static DatabaseTable Described(SqliteTable table) => new(
        table.Name, [.. table.Columns.Select(column => new DatabaseColumn(column.Name, TypeOf(column.Type), column.Type, column.NotNull, column.HasDefault))],
        table.Key, table.Uniques);

    /// <summary>By the words that people declare columns with; SQLite itself holds anything anywhere.</summary>
    private static ColumnType TypeOf(string declared)
    {
        var type = declared.ToUpperInvariant();
        return type switch
        {
            _ when type.Contains("BOOL", StringComparison.Ordinal) => ColumnType.Boolean,
            _ when type.Contains("INT", StringComparison.Ordinal) => ColumnType.WholeNumber,
            _ when type.Contains("CHAR", StringComparison.Ordinal) || type.Contains("TEXT", StringComparison.Ordinal) || type.Contains("CLOB", StringComparison.Ordinal) => ColumnType.Text,
            _ when type.Contains("BLOB", StringComparison.Ordinal) => ColumnType.Bytes,
            _ when type.Contains("REAL", StringComparison.Ordinal) || type.Contains("FLOA", StringComparison.Ordinal) || type.Contains("DOUB", StringComparison.Ordinal) => ColumnType.BinaryFraction,
            _ when type.Contains("NUMERIC", StringComparison.Ordinal) || type.Contains("DECIMAL", StringComparison.Ordinal) => ColumnType.ExactNumber,
            _ when type.Contains("TIMESTAMP", StringComparison.Ordinal) || type.Contains("DATETIME", StringComparison.Ordinal) => ColumnType.Timestamp,
            "DATE" => ColumnType.Date,
            "TIME" => ColumnType.TimeOfDay,
            "JSON" => ColumnType.Json,
            "UUID" => ColumnType.Uuid,
            _ => ColumnType.Other,
        };
    }
}
