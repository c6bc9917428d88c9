using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using MySqlConnector;

namespace Hub.ChangeFeed.MariaDb;

/// <summary>Tables as <c>information_schema</c> has them.</summary>
internal static class MariaDbCatalog
{
    /// <summary>The database and table that a config's name means.</summary>
    public static (string Schema, string Table) Split(string name, string schema) =>
        name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? (name[..dot], name[(dot + 1)..]) : (schema, name);

    public static string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <summary>Null where there is no such table.</summary>
    public static async Task<DatabaseTable?> DescribeAsync(MySqlConnection connection, string name, string schema, CancellationToken cancellationToken)
    {
        var (own, table) = Split(name, schema);
        var columns = ImmutableArray.CreateBuilder<DatabaseColumn>();
        await using (var command = Command(
            connection,
            """
            select column_name, column_type, is_nullable = 'NO', column_default is not null or extra <> ''
            from information_schema.columns where table_schema = @own and table_name = @name order by ordinal_position
            """, own, table))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var declared = reader.GetString(1);
                columns.Add(new DatabaseColumn(reader.GetString(0), MariaDbType.Of(declared), declared, reader.GetBoolean(2), reader.GetBoolean(3)));
            }
        }

        if (columns.Count == 0)
        {
            return null;
        }

        var indexes = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        await using (var command = Command(
            connection,
            """
            select index_name, column_name from information_schema.statistics where table_schema = @own and table_name = @name and non_unique = 0
            and index_name not in (select index_name from information_schema.statistics where table_schema = @own and table_name = @name and (sub_part is not null or column_name is null))
            order by index_name, seq_in_index
            """, own, table))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var index = reader.GetString(0);
                if (!indexes.TryGetValue(index, out var of))
                {
                    indexes.Add(index, of = []);
                }

                of.Add(reader.GetString(1));
            }
        }

        indexes.Remove("PRIMARY", out var key);
        await using var image = new MySqlCommand("select @@global.binlog_row_image", connection);
        return new DatabaseTable(name, columns.DrainToImmutable(), [.. key ?? []], [.. indexes.Values.Select(unique => unique.ToImmutableArray())])
        {
            WholeBefore = await image.ExecuteScalarAsync(cancellationToken) is "FULL",
        };
    }

    public static MySqlCommand Command(MySqlConnection connection, string sql, string own, string table)
    {
        var command = new MySqlCommand(sql, connection);
        command.Parameters.AddWithValue("@own", own);
        command.Parameters.AddWithValue("@name", table);
        return command;
    }
}
