using System.Collections.Concurrent;
using System.Text.Json;
using Hub.Processes.Postgres;
using Hub.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Processes.Tests;

/// <summary>Several instances on one PostgreSQL, on the real clock: one of them dies, the server goes away.</summary>
public sealed class PostgresInstancesTests
{
    private readonly ConcurrentQueue<string> _done = [];
    private readonly ConcurrentQueue<string> _lookedUp = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pumps_TwoOnOneStore_KeepTheOrderOfEachKeyAndRunEachEffectOnce()
    {
        await using var database = await TestDatabase.PostgresAsync("hub_processes");
        await using var one = Open(database.ConnectionString);
        await using var other = Open(database.ConnectionString);
        using var first = Pump(one, Do);
        using var second = Pump(other, Do);
        await first.StartAsync(Cancel);
        await second.StartAsync(Cancel);
        Assert.Equal(await one.GetIdAsync(Cancel), await other.GetIdAsync(Cancel));
        for (var i = 0; i < 10; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 30).Select(key => (key % 2 == 0 ? one : other).ReceiveAsync(Message($"key {key}", i), Cancel)));
        }

        await UntilAsync(async () => _done.Count >= 30 && (await one.CountWaitingAsync(Cancel)).IsEmpty);
        for (var key = 0; key < 30; key++)
        {
            await UntilAsync(async () => await HeardAsync(one, $"key {key}") is { Length: 10 });
            Assert.Equal(Enumerable.Range(0, 10), await HeardAsync(one, $"key {key}"));
        }

        Assert.Equal(30, _done.Distinct().Count());
        Assert.Equal(30, _done.Count);
        await Task.WhenAll(first.StopAsync(Cancel), second.StopAsync(Cancel));
    }

    [Fact]
    public async Task Pump_DiesInTheMiddle_AnotherLooksUpWhatItHadBegun()
    {
        await using var database = await TestDatabase.PostgresAsync("hub_processes");
        await using var survivor = Open(database.ConnectionString);
        var dying = Open(database.ConnectionString);
        using var first = Pump(dying, async (call, cut) =>
        {
            await Do(call, cut);
            await Task.Delay(Timeout.InfiniteTimeSpan, cut);
            throw new InvalidOperationException("It never comes here.");
        });
        await first.StartAsync(Cancel);
        for (var key = 0; key < 20; key++)
        {
            await dying.ReceiveAsync(Message($"key {key}", 0), Cancel);
        }

        await UntilAsync(() => Task.FromResult(_done.Count == 8));

        // From here on it can write no more: nothing is given back, as after kill -9.
        await dying.DisposeAsync();
        using var second = Pump(survivor, Do);
        await second.StartAsync(Cancel);
        await UntilAsync(async () => (await survivor.ListAsync("list", 100, Cancel)).Length == 20 && (await survivor.CountWaitingAsync(Cancel)).IsEmpty);

        Assert.Equal(20, _done.Distinct().Count());
        Assert.Equal(20, _done.Count);
        Assert.True(_lookedUp.Distinct().Count() >= 8, $"{_lookedUp.Count} were looked up.");
        await Task.WhenAll(first.StopAsync(Cancel), second.StopAsync(Cancel));
    }

    [Fact]
    public async Task Server_Killed_LosesNothingAndDoublesNothing()
    {
        await using var tool = await InfraTool.StartAsync(["postgres"]);
        await using var store = Open(tool.Postgres);
        using var pump = Pump(store, Do);
        await pump.StartAsync(Cancel);
        for (var key = 0; key < 100; key++)
        {
            await store.ReceiveAsync(Message($"key {key}", 0), Cancel);
            if (key == 50)
            {
                await tool.KillAsync("postgres");
                await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => store.ReceiveAsync(Message("key 50", 1), Cancel));
                await tool.UpAsync("postgres");
            }
        }

        await UntilAsync(async () => (await store.ListAsync("list", 1000, Cancel)).Length == 100 && (await store.CountWaitingAsync(Cancel)).IsEmpty);

        Assert.Equal(100, _done.Distinct().Count());
        Assert.Equal(100, _done.Count);
        await pump.StopAsync(Cancel);
    }

    private static ProcessMessage Message(string key, int number) => new("list", key, $"{number}", number == 0 ? "go" : "note", $"{number}");

    private static async Task<int[]?> HeardAsync(PostgresProcessStore store, string key) =>
        await store.FindAsync("list", key, Cancel) is { } view ? JsonSerializer.Deserialize<int[]>(view.State) : null;

    private static PostgresProcessStore Open(string connection) => new(
        $"{connection};Pooling=true", TimeProvider.System, ProcessBench.Seal,
        new PostgresProcessOptions { Lease = TimeSpan.FromSeconds(3), PollEvery = TimeSpan.FromMilliseconds(100) });

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(120), "It never came to what was waited for.");
            await Task.Delay(20, Cancel);
        }
    }

    private static ProcessDecision Handle(string? state, ProcessMessage message)
    {
        int[] heard = [.. state is null ? [] : JsonSerializer.Deserialize<int[]>(state)!, int.Parse(message.Body, System.Globalization.CultureInfo.InvariantCulture)];
        return new ProcessDecision(
            JsonSerializer.Serialize(heard), "heard", null, "heard", message.Kind == "go" ? [new ProcessEffect("post", message.Body)] : [], []);
    }

    private Task<EffectOutcome> Do(EffectCall call, CancellationToken cut)
    {
        _done.Enqueue(call.Key);
        return Task.FromResult<EffectOutcome>(new EffectOutcome.Finished("done", null));
    }

    private ProcessPump Pump(IProcessStore store, Func<EffectCall, CancellationToken, Task<EffectOutcome>> run)
    {
        var runner = new EffectRunner("post", run)
        {
            LookUp = (call, _) =>
            {
                _lookedUp.Enqueue(call.Key);
                return Task.FromResult<EffectOutcome>(_done.Contains(call.Key) ? new EffectOutcome.Finished("found", null) : new EffectOutcome.Absent());
            },
            GivenUp = (_, _, _) => null,
        };
        return new ProcessPump(
            store, [new ProcessDefinition("list", Handle)], [runner], new ProcessOptions { FirstBackOff = TimeSpan.FromMilliseconds(100), Drain = TimeSpan.Zero },
            TimeProvider.System, NullLogger<ProcessPump>.Instance);
    }
}
