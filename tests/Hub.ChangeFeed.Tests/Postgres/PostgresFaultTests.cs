using Hub.ChangeFeed.Postgres;
using Hub.Servers;
using Npgsql;

namespace Hub.ChangeFeed.Tests.Postgres;

/// <summary>On a server of its own, which dies and drops its log.</summary>
public sealed class PostgresFaultTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_KilledWhileItSends_GoesOnWhereTheTargetStands()
    {
        await using var server = await InfraTool.StartAsync(["postgres"]);
        await RunAsync(server, "create table t (id int primary key)");
        await using var source = new PostgresSource(server.Postgres);
        await PostgresCapture.InstallAsync(source, "shop", ["t"], Ct);
        FeedPoint point;
        List<ChangeEvent> events;
        await using (var feed = new PostgresFeed(source, "shop", "new", ["t"], TimeProvider.System))
        {
            point = await feed.OpenAsync(null, Ct);
            await RunAsync(server, "insert into t select generate_series(1, 1000)");
            await RunAsync(server, "insert into t select generate_series(1001, 30000)");
            (events, point) = await feed.UntilAsync(point, change => change.Key[0].Text == "1000", Ct);

            await server.KillAsync("postgres");

            var fallen = await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                while (true)
                {
                    await feed.ReadAsync(Ct);
                }
            });
            Assert.IsNotType<FeedBrokenException>(fallen);
        }

        await server.UpAsync("postgres");
        await using var again = await OpenAgainAsync(source, point);
        await RunAsync(server, "insert into t values (30001)");
        if (events.Count < 30_000)
        {
            (var rest, point) = await again.UntilAsync(point, change => change.Key[0].Text == "30001", Ct);
            events.AddRange(rest);
        }

        Assert.Equal(Enumerable.Range(1, 30_001).Select(id => $"id {id}"), events.Select(change => change.Key.ToString()));
    }

    [Fact]
    public async Task Chunk_ReadWhileACommitIsInTheLogAndNotInSight_HasItsRow()
    {
        await using var server = await InfraTool.StartAsync(["postgres"]);
        await RunAsync(server, "create table t (id int primary key)");
        await RunAsync(server, "alter system set synchronous_standby_names = 'nobody'");
        await RunAsync(server, "select pg_reload_conf()");
        await using var source = new PostgresSource(new NpgsqlConnectionStringBuilder(server.Postgres) { Options = "-c synchronous_commit=local" }.ConnectionString);
        var table = Assert.Single(await source.DescribeAsync(["t"], Ct));
        await using var watching = source.Database.CreateCommand("select count(*) from pg_stat_activity where wait_event = 'SyncRep'");

        // The commit waits for a standby that isn't there: it is in the log, and nobody sees its row.
        var committing = RunAsync(server, "set synchronous_commit = on; insert into t values (1)");
        while (await watching.ExecuteScalarAsync(Ct) is 0L)
        {
            await Task.Delay(10, Ct);
        }

        var reading = source.ReadChunkAsync(table, null, null, 10, Ct);
        await RunAsync(server, "alter system reset synchronous_standby_names");
        await RunAsync(server, "select pg_reload_conf()");

        Assert.Single(await reading);
        await committing;
    }

    [Fact]
    [Trait("Pain", "SlotGrowsWithoutBound")]
    public async Task Slot_LogDroppedBecauseTheConsumerWasDown_IsLostAndSaysSo()
    {
        await using var server = await InfraTool.StartAsync(["postgres"]);
        await RunAsync(server, "create table t (id int primary key, x text)");
        await RunAsync(server, "alter system set max_slot_wal_keep_size = '32MB'");
        await RunAsync(server, "select pg_reload_conf()");
        await using var source = new PostgresSource(server.Postgres, slots: [PostgresCapture.Slot("shop", "new")]);
        await PostgresCapture.InstallAsync(source, "shop", ["t"], Ct);
        FeedPoint point;
        await using (var feed = new PostgresFeed(source, "shop", "new", ["t"], TimeProvider.System))
        {
            point = await feed.OpenAsync(null, Ct);
        }

        Assert.False((await source.ReadLogAsync(Ct)).Lost);
        Assert.Equal(32 * 1024 * 1024, (await source.ReadLogAsync(Ct)).BoundBytes);
        for (var i = 0; i < 5; i++)
        {
            await RunAsync(server, $"insert into t select n, repeat('x', 1000) from generate_series({i * 20000 + 1}, {i * 20000 + 20000}) n");
            await RunAsync(server, "select pg_switch_wal()");
            await RunAsync(server, "checkpoint");
        }

        Assert.True((await source.ReadLogAsync(Ct)).Lost);
        await using var again = new PostgresFeed(source, "shop", "new", ["t"], TimeProvider.System);
        var broken = await Assert.ThrowsAsync<FeedBrokenException>(() => again.OpenAsync(point, Ct));
        Assert.Contains("has dropped log that the slot hub_shop_new had not read", broken.Message, StringComparison.Ordinal);
        Assert.Contains("snapshot", broken.Message, StringComparison.Ordinal);
    }

    /// <summary>As the pipeline does: what is not broken is tried again, first with connections that died with the server.</summary>
    private static async Task<PostgresFeed> OpenAgainAsync(PostgresSource source, FeedPoint point)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var feed = new PostgresFeed(source, "shop", "new", ["t"], TimeProvider.System);
            try
            {
                await feed.OpenAsync(point, Ct);
                return feed;
            }
            catch (NpgsqlException) when (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2))
            {
                await feed.DisposeAsync();
            }
        }
    }

    private static async Task RunAsync(InfraTool server, string sql)
    {
        await using var connection = new NpgsqlConnection($"{server.Postgres};Pooling=false");
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
