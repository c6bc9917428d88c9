using System.Data.Common;
using MySqlConnector;
using Npgsql;

namespace Hub.Servers;

/// <summary>
/// An empty database with a random name on a shared server. It is dropped at the end, whoever is still connected, a PostgreSQL
/// one with its replication slots.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<string, DbConnection> _connect;
    private readonly Func<Task> _drop;

    private TestDatabase(string name, string connectionString, Func<string, DbConnection> connect, Func<Task> drop)
    {
        Name = name;
        ConnectionString = connectionString;
        _connect = connect;
        _drop = drop;
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public static async Task<TestDatabase> PostgresAsync(string what = "hub")
    {
        var server = TestServers.Postgres;
        var name = TestServers.RandomName(what);
        await RunAsync(new NpgsqlConnection(server), $"create database {name}");
        var own = new NpgsqlConnectionStringBuilder(server) { Database = name, Pooling = false, IncludeErrorDetail = true }.ConnectionString;
        return new TestDatabase(name, own, text => new NpgsqlConnection(text), () => DropPostgresAsync(server, name));
    }

    public static Task<TestDatabase> MariaDbAsync(string what = "hub") => MariaDbOrMySqlAsync(TestServers.MariaDb, what);

    public static Task<TestDatabase> MySqlAsync(string what = "hub") => MariaDbOrMySqlAsync(TestServers.MySql, what);

    private static async Task<TestDatabase> MariaDbOrMySqlAsync(string server, string what)
    {
        var name = TestServers.RandomName(what);
        await RunAsync(new MySqlConnection(server), $"create database {name} character set utf8mb4");
        var own = new MySqlConnectionStringBuilder(server) { Database = name, Pooling = false }.ConnectionString;
        return new TestDatabase(name, own, text => new MySqlConnection(text), () => RunAsync(new MySqlConnection(server), $"drop database if exists {name}"));
    }

    /// <summary>An open connection; the caller disposes of it.</summary>
    public async Task<DbConnection> OpenAsync()
    {
        var connection = _connect(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs statements, each committed by itself unless they say otherwise.</summary>
    public Task RunAsync(string sql) => RunAsync(_connect(ConnectionString), sql);

    /// <summary>The first column of the first row; null for none and for null.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? value : null;
    }

    public async ValueTask DisposeAsync() => await _drop();

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using (connection)
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 120;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task DropPostgresAsync(string server, string name)
    {
        // A slot that is read, or whose process is only just ending, can't be dropped: end the process and try again.
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await RunAsync(new NpgsqlConnection(server), $"""
                    select pg_terminate_backend(active_pid) from pg_replication_slots where database = '{name}' and active;
                    select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = '{name}'
                    """);
                await RunAsync(new NpgsqlConnection(server), $"drop database if exists {name} with (force)");
                return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.UndefinedObject
                && TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50);
            }
        }
    }
}
