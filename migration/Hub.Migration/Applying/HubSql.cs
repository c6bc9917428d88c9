using System.Data.Common;
using Npgsql;

namespace Hub.Migration.Applying;

/// <summary>
/// Plain SQL over the hub's own tables, one text for both stores: it writes <c>hub.positions</c>, which is <c>hub_positions</c> in
/// SQLite. A command joins whatever transaction is open on the connection. Not for several threads.
/// </summary>
internal sealed class HubSql(DbConnection connection)
{
    public DbConnection Connection => connection;

    public bool IsPostgres { get; } = connection is NpgsqlConnection;

    /// <returns>The number of rows touched.</returns>
    public async ValueTask<int> RunAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>The first column of the first row; null where there is none or it is null.</returns>
    public async ValueTask<object?> ScalarAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull ? value : null;
    }

    public async ValueTask<List<T>> QueryAsync<T>(
        string sql, Func<DbDataReader, T> row, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>Ends the transaction that may be open, without its writes: a pooled connection would keep it open otherwise.</summary>
    public async ValueTask RollBackAsync()
    {
        try
        {
            await RunAsync("ROLLBACK", CancellationToken.None);
        }
        catch (DbException)
        {
            // None was open, or the connection is gone and its transaction with it.
        }
        catch (InvalidOperationException)
        {
            // The connection was closed in the middle of something.
        }
    }

    private DbCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = IsPostgres ? sql : sql.Replace("hub.", "hub_", StringComparison.Ordinal);
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value switch
            {
                null => DBNull.Value,
                bool truth => truth ? 1L : 0L,
                _ => value,
            };
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
