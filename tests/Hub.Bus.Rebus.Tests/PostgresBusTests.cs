using Hub.Processes.Bus;
using Hub.Servers;

namespace Hub.Bus.Rebus.Tests;

public sealed class PostgresBusTests : BusContract
{
    private TestDatabase? _database;

    protected override BusTransport Transport => RebusTransports.Postgres;

    protected override string Connection => _database!.ConnectionString;

    public override async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.PostgresAsync("bus");
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database!.DisposeAsync();
    }
}
