using System.Globalization;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Mapping;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Applying;

/// <summary>Writes and deletes rows of one table, by statements that are prepared once for a connection.</summary>
internal sealed class RowWriter : IDisposable
{
    private readonly SqliteCommand _upsert;
    private readonly SqliteCommand _delete;

    public RowWriter(SqliteConnection connection, TableMapping table)
    {
        var columns = table.Columns.Select(column => SqliteSql.Quote(column.Name)).ToArray();
        var key = table.Key.Select(place => columns[place]).ToArray();
        var rest = columns.Except(key).Select(column => $"{column} = excluded.{column}").ToArray();
        var name = SqliteSql.Quote(table.Name);
        _upsert = connection.Prepare(
            $"INSERT INTO {name}({string.Join(", ", columns)}) VALUES({string.Join(", ", columns.Select((_, i) => $"$p{i}"))}) "
            + $"ON CONFLICT({string.Join(", ", key)}) DO {(rest.Length == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", rest)}")}");
        _delete = connection.Prepare($"DELETE FROM {name} WHERE {string.Join(" AND ", key.Select((column, i) => $"{column} = $p{i}"))}");
        AddParameters(_upsert, columns.Length);
        AddParameters(_delete, key.Length);
    }

    public void Upsert(object?[] row, SqliteTransaction transaction) => Run(_upsert, row, transaction);

    public void Delete(object?[] key, SqliteTransaction transaction) => Run(_delete, key, transaction);

    public void Dispose()
    {
        _upsert.Dispose();
        _delete.Dispose();
    }

    private static void AddParameters(SqliteCommand command, int count)
    {
        for (var i = 0; i < count; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"$p{i}") });
        }
    }

    private static void Run(SqliteCommand command, object?[] values, SqliteTransaction transaction)
    {
        // A prepared command outlives transactions; it joins the one that is open.
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = Stored(values[i]);
        }

        command.ExecuteNonQuery();
    }

    /// <summary>A value as SQLite keeps it: amounts as text with their decimals, times as ISO 8601 in UTC, truth as 0 and 1.</summary>
    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        bool truth => truth ? 1L : 0L,
        _ => value,
    };
}
