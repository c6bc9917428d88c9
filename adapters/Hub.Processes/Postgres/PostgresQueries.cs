using System.Globalization;
using Npgsql;

namespace Hub.Processes.Postgres;

/// <summary>
/// Plain SQL in one line, as <c>SqliteQueries</c> has it: what stands in the braces of an interpolated statement becomes a parameter.
/// </summary>
public static class PostgresQueries
{
    /// <summary>Runs the statement and gives the number of rows it touched.</summary>
    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, FormattableString sql, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Command(sql) } };
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs the statements on one way to the server and back.</summary>
    public static async Task ExecuteAsync(this NpgsqlConnection connection, IEnumerable<FormattableString> statements, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in statements)
        {
            batch.BatchCommands.Add(Command(sql));
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Every row, as <paramref name="row"/> reads it.</summary>
    public static Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection, FormattableString sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken) =>
        connection.QueryAsync([sql], row, cancellationToken);

    /// <summary>Every row of all statements, on one way to the server and back.</summary>
    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection, IEnumerable<FormattableString> statements, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in statements)
        {
            batch.BatchCommands.Add(Command(sql));
        }

        var rows = new List<T>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(row(reader));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));
        return rows;
    }

    /// <summary>The text of a column, or null.</summary>
    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>The number of a column, or null.</summary>
    public static long? NumberOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static NpgsqlBatchCommand Command(FormattableString sql)
    {
        var command = new NpgsqlBatchCommand();
        var names = new object[sql.ArgumentCount];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = string.Create(CultureInfo.InvariantCulture, $"${i + 1}");
            command.Parameters.Add(new NpgsqlParameter { Value = Clean(sql.GetArgument(i)) });
        }

        command.CommandText = string.Format(CultureInfo.InvariantCulture, sql.Format, names);
        return command;
    }

    private static object Clean(object? value) => value switch
    {
        null => DBNull.Value,
        string text => Clean(text),
        string?[] texts => Array.ConvertAll(texts, text => text is null ? null : Clean(text)),
        _ => value,
    };

    // What a vendor said may hold a NUL or half of a surrogate pair, which PostgreSQL refuses: one such order would hold up its whole batch.
    private static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0', StringComparison.Ordinal))
        {
            return text;
        }

        return string.Create(text.Length, text, (clean, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                var paired = char.IsSurrogate(from[i])
                    && ((i + 1 < from.Length && char.IsSurrogatePair(from[i], from[i + 1])) || (i > 0 && char.IsSurrogatePair(from[i - 1], from[i])));
                clean[i] = from[i] == '\0' || (char.IsSurrogate(from[i]) && !paired) ? '\uFFFD' : from[i];
            }
        });
    }
}
