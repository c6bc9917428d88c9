using Hub.Servers;
using MySqlConnector;
using Npgsql;

namespace Hub.ChangeFeed.Tests.Servers;

public sealed class TestDatabaseTests
{
    [Fact]
    public async Task Dispose_PostgresWithSlotAndConnection_TakesAllAway()
    {
        var database = await TestDatabase.PostgresAsync();
        await using var connection = await database.OpenAsync();
        await database.RunAsync($"select pg_create_logical_replication_slot('{database.Name}', 'pgoutput')");

        await database.DisposeAsync();

        await using var server = new NpgsqlConnection(TestServers.Postgres);
        await server.OpenAsync(TestContext.Current.CancellationToken);
        await using var left = new NpgsqlCommand(
            $"select (select count(*) from pg_database where datname = '{database.Name}') + (select count(*) from pg_replication_slots where slot_name = '{database.Name}')", server);
        Assert.Equal(0L, await left.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Dispose_MariaDb_IsGone()
    {
        var database = await TestDatabase.MariaDbAsync();
        Assert.Equal(database.Name, await database.ScalarAsync("select database()"));

        await database.DisposeAsync();

        await Assert.ThrowsAsync<MySqlException>(() => database.RunAsync("select 1"));
    }
}
