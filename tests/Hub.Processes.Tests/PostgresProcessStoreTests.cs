using Hub.Processes.Postgres;
using Hub.Servers;

namespace Hub.Processes.Tests;

public sealed class PostgresProcessStoreTests : ProcessStoreContract
{
    private readonly List<TestDatabase> _databases = [];

    protected override ValueTask OpenAsync() => ValueTask.CompletedTask;

    protected override async ValueTask<Func<TimeProvider, IProcessStore>> MakeAsync()
    {
        var database = await TestDatabase.PostgresAsync("hub_processes");
        _databases.Add(database);
        return time => new PostgresProcessStore($"{database.ConnectionString};Pooling=true", time);
    }

    protected override async ValueTask CloseAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }
    }
}
