using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Hub.ChangeFeed.Embedded;

/// <summary>A table as the database describes it.</summary>
/// <param name="Key">The columns of its primary key in the key's order; empty where it has none.</param>
/// <param name="Uniques">Column sets that no two rows share besides the primary key.</param>
public sealed record SqliteTable(
    string Name,
    ImmutableArray<SqliteColumn> Columns,
    ImmutableArray<string> Key,
    ImmutableArray<ImmutableArray<string>> Uniques)
{
    /// <summary>Null where there is no such table.</summary>
    public static SqliteTable? Read(SqliteConnection connection, string name)
    {
        var columns = ImmutableArray.CreateBuilder<SqliteColumn>();
        var key = new SortedList<long, string>();
        using (var command = connection.Prepare(
            "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk FROM pragma_table_info($table) ORDER BY cid", ("$table", name)))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                columns.Add(new SqliteColumn(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3)));
                if (reader.GetInt64(4) is var place and > 0)
                {
                    key.Add(place, reader.GetString(0));
                }
            }
        }

        return columns.Count == 0 ? null : new SqliteTable(name, columns.ToImmutable(), [.. key.Values], ReadUniques(connection, name));
    }

    private static ImmutableArray<ImmutableArray<string>> ReadUniques(SqliteConnection connection, string table)
    {
        var uniques = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        using var command = connection.Prepare(
            """
            SELECT i.name, c.name FROM pragma_index_list($table) i, pragma_index_info(i.name) c
            WHERE i."unique" AND i.origin <> 'pk' AND NOT i.partial AND c.name IS NOT NULL ORDER BY i.name, c.seqno
            """,
            ("$table", table));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (!uniques.TryGetValue(reader.GetString(0), out var columns))
            {
                uniques.Add(reader.GetString(0), columns = []);
            }

            columns.Add(reader.GetString(1));
        }

        return [.. uniques.Values.Select(columns => columns.ToImmutableArray())];
    }
}

/// <summary>A column as it is declared.</summary>
/// <param name="Type">Its declared type, empty where there is none.</param>
public sealed record SqliteColumn(string Name, string Type, bool NotNull, bool HasDefault)
{
    private static readonly string[] BinaryFractions = ["REAL", "FLOA", "DOUB"];

    /// <summary>Declared as a binary fraction, so that all 17 digits are its own where 15 don't tell it; in all others 15 digits are the number that was meant.</summary>
    internal bool IsReal => BinaryFractions.Any(part => Type.Contains(part, StringComparison.OrdinalIgnoreCase));
}
