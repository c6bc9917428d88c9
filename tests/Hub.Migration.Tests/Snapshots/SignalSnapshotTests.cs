using Hub.Migration.Tests.Debezium;
using Hub.Running.Changes;
using Hub.Servers;

namespace Hub.Migration.Tests.Snapshots;

/// <summary>Copies by Debezium's signal, through a real connector and Kafka.</summary>
public sealed class SignalSnapshotTests(ITestOutputHelper output)
{
    private const int Bulk = 4_000;

    [Theory]
    [InlineData("Postgres")]
    [InlineData("MariaDb")]
    public async Task Copy_WritersAndARestart_IsEqual_AndATableAgainTakesAwayWhatLegacyLacks(string source)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var dialect = source == "Postgres" ? LegacyDialect.Postgres : LegacyDialect.MariaDb;
        await using var shop = await SignalledShop.StartAsync(dialect, "voucher");
        await shop.RegisterAsync(1_001, 1_000 + Bulk);
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 2).Select(writer => shop.WriteAsync(seed, writer, stop.Token)));

        // A plane that stops in the middle of a table; the next one finds its signal written.
        await shop.StartPlaneAsync(["voucher"]);
        await shop.UntilAsync("that it copies", view => view.Targets is [{ Copy: { Table: "customer", Rows: > 200 and < Bulk / 2 } }]);
        await shop.StartPlaneAsync(["voucher"]);
        await shop.UntilAsync("that it has copied", view => view.State == "running");
        Assert.Equal(4, await shop.SignalledAsync("execute-snapshot"));
        Assert.Equal(0L, await shop.New.ScalarAsync("select count(*) from voucher"));

        // Again: a row that somebody changed is right again, and one that legacy has not goes.
        await shop.New.RunAsync("update client set name = 'wrong' where id = 2000; insert into client select 999999, 'extra', 'extra', null, null, true, now()");
        shop.Target.CopyAgain(["customer"]);
        await shop.UntilAsync("that it is copied again", view => view.Targets is [{ Copy.Table: "customer" }]);
        await shop.UntilAsync("that it was copied again", view => view.State == "running");
        await shop.UntilAsync("that the extra row is gone", _ => shop.New.ScalarAsync("select 1 from client where id = 999999").GetAwaiter().GetResult() is null);
        Assert.Equal(5, await shop.SignalledAsync("execute-snapshot"));

        await stop.CancelAsync();
        await writing;
        await shop.CaughtUpAsync();
        Assert.Empty(await shop.DifferencesAsync());
        Assert.Equal(0, (await shop.ViewAsync()).Targets.Sum(target => target.Quarantined));
    }

    [Fact]
    public async Task Copy_PausedAndStopped_RestsAtTheConnector_AndSaysHowToGoOn()
    {
        await using var shop = await SignalledShop.StartAsync(LegacyDialect.Postgres);
        await shop.RegisterAsync(1_001, 1_000 + (3 * Bulk));
        await shop.StartPlaneAsync([]);
        await shop.UntilAsync("that it copies", view => view.Targets is [{ Copy: { Table: "customer", Rows: > 200 } }]);

        await shop.Target.PauseAsync("Paused by a test", TestContext.Current.CancellationToken);
        using var topic = new TopicReader(TestServers.Kafka, shop.Topic);
        topic.Until("the connector's rest", record => record.TryGetProperty("type", out var type) && type.GetString() == "PAUSED");
        await shop.UntilAsync("the pause", view => view.State == "paused");
        await shop.Target.ResumeAsync(snapshot: false, TestContext.Current.CancellationToken);
        await shop.UntilAsync("that it goes on", view => view.Targets is [{ Copy: { Table: "customer", Rows: > 1_000 } }]);

        await shop.Legacy.RunAsync($$"""insert into {{shop.Signals}}(id, type, data) values ('by hand', 'stop-snapshot', '{"type": "incremental", "data-collections": ["public.customer"]}')""");
        await shop.UntilAsync("that it was stopped", view => view.Problems.Any(problem => problem.Contains("stopped by a stop-snapshot signal", StringComparison.Ordinal)));
        shop.Target.CopyAgain(["customer"]);
        await shop.CaughtUpAsync();

        Assert.Empty(await shop.DifferencesAsync());
    }

    [Fact]
    public async Task Copy_TwoTargetsAndATableThatIsNotCaptured_IsServedByOneSignalEach_AndWaitsForTheTable()
    {
        await using var shop = await SignalledShop.StartAsync(LegacyDialect.Postgres, "voucher");
        await using var second = await TestDatabase.PostgresAsync("sig_new");
        await second.RunAsync(LegacyDialect.Target + "create table voucher(id bigint primary key, note text);");
        await shop.RegisterAsync(1_001, 1_600);
        await shop.Legacy.RunAsync($"insert into voucher values (1, 'one'); alter publication hub_{shop.Dataset} drop table voucher");
        await shop.Legacy.RunAsync($"create table never(id bigint primary key, note text); grant select on never to {shop.Login}; alter publication hub_{shop.Dataset} add table never");
        await shop.New.RunAsync("create table never(id bigint primary key, note text)");
        await second.RunAsync("create table never(id bigint primary key, note text)");
        await shop.StartPlaneAsync(["voucher", "never"], second);

        await shop.UntilAsync("that it says so", view => view.Problems.Any(problem => problem.Contains("voucher is not copied yet: it is not in the publication", StringComparison.Ordinal)));
        await shop.Legacy.RunAsync($"alter publication hub_{shop.Dataset} add table voucher");
        await shop.UntilAsync("that it says so", view => view.Problems.Any(problem => problem.Contains("never is not copied yet: the Debezium connector's table.include.list", StringComparison.Ordinal)));
        await shop.UntilAsync("both", view => view.Problems.Count(problem => problem.Contains("never is not copied yet", StringComparison.Ordinal)) == 2);

        Assert.Equal("one", await shop.New.ScalarAsync("select note from voucher"));
        Assert.Equal(600L, await second.ScalarAsync("select count(*) from client"));
        Assert.Empty(await shop.DifferencesAsync());
        Assert.InRange(await shop.SignalledAsync("execute-snapshot"), 4, 7);
    }
}
