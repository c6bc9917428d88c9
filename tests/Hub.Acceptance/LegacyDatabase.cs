using System.Data.Common;
using Hub.Running.Changes;
using MySqlConnector;
using Npgsql;

namespace Hub.Acceptance;

/// <summary>A shop's database on a server that a test may kill, and New's beside it.</summary>
internal sealed class LegacyDatabase(LegacyDialect dialect, string server, string targetServer)
{
    private const string Name = "shop";

    public LegacyDialect Dialect => dialect;

    /// <summary>The connection string of the legacy database, as an administrator.</summary>
    public string Connection => dialect == LegacyDialect.Postgres
        ? new NpgsqlConnectionStringBuilder(server) { Database = Name, Pooling = false }.ConnectionString
        : new MySqlConnectionStringBuilder(server) { Database = Name, Pooling = false }.ConnectionString;

    /// <summary>The connection string as the hub has it: its own login, which the SQL that it printed has made.</summary>
    public string HubConnection => dialect == LegacyDialect.Postgres
        ? new NpgsqlConnectionStringBuilder(server) { Database = Name, Username = "hub" }.ConnectionString
        : new MySqlConnectionStringBuilder(server) { Database = Name, UserID = "hub" }.ConnectionString;

    /// <summary>The connection string of New's store.</summary>
    public string Target => new NpgsqlConnectionStringBuilder(targetServer) { Database = "new" }.ConnectionString;

    public async Task CreateAsync()
    {
        await RunAsync(OpenServer(), $"create database {Name}");
        await RunAsync(new NpgsqlConnection(targetServer), "create database new");
        await RunAsync(Open(), dialect.Tables);
        await RunAsync(OpenTarget(), LegacyDialect.Target);
    }

    public DbConnection Open() => dialect == LegacyDialect.Postgres
        ? new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Connection) { Options = "-c deadlock_timeout=20ms" }.ConnectionString)
        : new MySqlConnection(Connection);

    public DbConnection OpenTarget() => new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Target) { Pooling = false }.ConnectionString);

    /// <summary>Runs statements at legacy as its administrator.</summary>
    public Task RunAsync(string sql) => RunAsync(Open(), sql);

    /// <summary>What differs between legacy and New now.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        await using var legacy = Open();
        await using var target = OpenTarget();
        await legacy.OpenAsync();
        await target.OpenAsync();
        return await ShopComparison.DifferencesAsync(legacy, target);
    }

    private DbConnection OpenServer() => dialect == LegacyDialect.Postgres ? new NpgsqlConnection(server) : new MySqlConnection(server);

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
}
