using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Mapping;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Applying.Sqlite;

/// <summary>Reads rows of New's tables as SQLite keeps them.</summary>
internal static class SqliteReads
{
    public static List<object?[]> ByKey(SqliteConnection connection, TableMapping table, IReadOnlyList<object?[]> keys)
    {
        using var command = connection.Prepare($"{Select(table)} WHERE {string.Join(" AND ", Key(table).Select((column, i) => $"{column} = $k{i}"))}");
        var rows = new List<object?[]>();
        foreach (var key in keys)
        {
            command.Parameters.Clear();
            AddKey(command, "k", key);
            Read(command, table, rows);
        }

        return rows;
    }

    public static ImmutableArray<object?[]> Range(SqliteConnection connection, TableMapping table, object?[]? after, object?[]? upTo, int rows)
    {
        var key = string.Join(", ", Key(table).Select(column => $"{column} COLLATE BINARY"));
        var conditions = new List<string>();
        using var command = connection.CreateCommand();
        if (after is not null)
        {
            conditions.Add($"({key}) > ({string.Join(", ", after.Select((_, i) => $"$a{i}"))})");
            AddKey(command, "a", after);
        }

        if (upTo is not null)
        {
            conditions.Add($"({key}) <= ({string.Join(", ", upTo.Select((_, i) => $"$u{i}"))})");
            AddKey(command, "u", upTo);
        }

        command.CommandText =
            $"{Select(table)} {(conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}")} ORDER BY {key} LIMIT {rows.ToString(CultureInfo.InvariantCulture)}";
        var found = new List<object?[]>();
        Read(command, table, found);
        return [.. found];
    }

    private static string Select(TableMapping table) =>
        $"SELECT {string.Join(", ", table.Columns.Select(column => SqliteSql.Quote(column.Name)))} FROM {SqliteSql.Quote(table.Name)}";

    private static IEnumerable<string> Key(TableMapping table) => table.Key.Select(place => SqliteSql.Quote(table.Columns[place].Name));

    private static void AddKey(SqliteCommand command, string prefix, object?[] key)
    {
        for (var i = 0; i < key.Length; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${prefix}{i}"), SqliteValue.Stored(key[i]) ?? DBNull.Value);
        }
    }

    private static void Read(SqliteCommand command, TableMapping table, List<object?[]> rows)
    {
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object?[table.Columns.Length];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }
    }
}
