using Hub.Processes.Postgres;
using Hub.Processes.Sealing;
using Hub.Servers;
using Npgsql;

namespace Hub.Processes.Tests;

public sealed class PostgresProcessStoreTests : ProcessStoreContract
{
    private readonly List<TestDatabase> _databases = [];

    protected override ValueTask OpenAsync() => ValueTask.CompletedTask;

    protected override async ValueTask<Func<TimeProvider, TextSeal, IProcessStore>> MakeAsync()
    {
        var database = await TestDatabase.PostgresAsync("hub_processes");
        _databases.Add(database);
        return (time, seal) => new PostgresProcessStore($"{database.ConnectionString};Pooling=true", time, seal);
    }

    protected override async Task<IReadOnlyList<string>> DumpAsync()
    {
        var rows = new List<string>();
        foreach (var database in _databases)
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            foreach (var table in new[] { "process", "inbox", "outbox", "journal", "dead_letter", "setting" })
            {
                await using var command = new NpgsqlCommand($"SELECT t::text FROM hub_processes.{table} t", connection);
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    rows.Add(reader.GetString(0));
                }
            }
        }

        return rows;
    }

    protected override async ValueTask CloseAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }
    }
}
