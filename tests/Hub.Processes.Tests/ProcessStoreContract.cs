using System.Collections.Immutable;
using CsCheck;
using Hub.Processes.Sealing;

namespace Hub.Processes.Tests;

/// <summary>What every store of processes does. A store's whole test inherits it.</summary>
public abstract partial class ProcessStoreContract : IAsyncLifetime
{
    private ProcessBench _bench = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal ProcessBench Bench => _bench;

    /// <summary>Keys a few, ids a few: many repeats.</summary>
    [Fact]
    public Task Receive_AnyKeysAndRepeats_HandlesEachKeysMessagesInTheirOrder()
    {
        var round = 0;
        _bench.Start();
        return Gen.Select(Gen.Int[0, 5], Gen.Int[0, 30]).List[1, 100].SampleAsync(
            async messages =>
            {
                var walk = $"round {round++}";
                foreach (var some in messages.Chunk(7))
                {
                    await _bench.Store.ReceiveAsync(
                        [.. some.Select(one => new ProcessMessage("list", $"{walk} {one.Item1}", $"{one.Item2}", "note", $"\"{one.Item2}\""))], null, Cancel);
                }

                foreach (var key in messages.GroupBy(message => message.Item1))
                {
                    string[] wanted = [.. key.Select(message => $"{message.Item2}").Distinct()];
                    await _bench.UntilAsync(() => _bench.Heard($"{walk} {key.Key}").Length >= wanted.Length);
                    Assert.Equal(wanted, _bench.Heard($"{walk} {key.Key}"));
                }
            },
            iter: 10, threads: 1);
    }

    [Fact]
    public async Task Receive_WithASetting_KeepsBothAndCountsTheNewOnes()
    {
        var message = new ProcessMessage("list", "a", "1", "go", "\"go\"");

        Assert.Equal(1, await _bench.Store.ReceiveAsync([message, message], ("cursor", "5"), Cancel));
        Assert.Equal(0, await _bench.Store.ReceiveAsync([message], ("cursor", "6"), Cancel));
        Assert.Equal("6", await _bench.Store.GetSettingAsync("cursor", Cancel));
        Assert.Equal("6", await _bench.Store.GetOrKeepSettingAsync("cursor", "7", Cancel));
        Assert.Equal("7", await _bench.Store.GetOrKeepSettingAsync("other", "7", Cancel));
        await _bench.Store.KeepSettingAsync("other", "8", Cancel);
        Assert.Equal("8", await _bench.Store.GetSettingAsync("other", Cancel));
        await _bench.Store.KeepSettingAsync("other", null, Cancel);
        Assert.Null(await _bench.Store.GetSettingAsync("other", Cancel));
        Assert.Equal(await _bench.Store.GetIdAsync(Cancel), await _bench.Store.GetIdAsync(Cancel));
    }

    /// <summary>What vendors say is not always text that a database takes.</summary>
    [Fact]
    public async Task Receive_BodyWithNulAndHalfACharacter_IsHandledAndHoldsUpNoOther()
    {
        await _bench.Store.BuryAsync(new ProcessMessage("list", "odd", "1", "go", "a\0b\uD83D"), "It says \0 and \uDE00.", Cancel);
        Assert.Equal(1, await _bench.Store.ReceiveAsync([new ProcessMessage("list", "a", "1", "note", "\"\U0001F600 שלום\"")], null, Cancel));
        _bench.Start();
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 1);

        Assert.Equal("\U0001F600 שלום", _bench.Heard("a")[0]);
        Assert.Equal("odd", Assert.Single(_bench.Letters()).Key);
    }

    [Fact]
    public async Task List_NewestFirstAndByStatus_FindsWhatStands()
    {
        _bench.Start(_bench.PostOnce((call, _) => _bench.Do(call)));
        foreach (var key in (string[])["a", "b", "c"])
        {
            _bench.Receive(new ProcessMessage("list", key, "1", "note", "\"note\""));
            await _bench.UntilAsync(() => _bench.Heard(key).Length == 1, moving: false);
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["c", "b"], (await _bench.Store.ListAsync("list", 2, Cancel)).Select(view => view.Key));
        Assert.Empty(await _bench.Store.ListAsync("other", 2, Cancel));
        var (count, newest) = await _bench.Store.ListInAsync("list", "heard", _bench.Time.GetUtcNow().AddSeconds(-2), 1, Cancel);
        Assert.Equal((2, "c"), (count, Assert.Single(newest).Key));
        Assert.Equal(0, (await _bench.Store.ListInAsync("list", "parked", DateTimeOffset.UnixEpoch, 1, Cancel)).Count);

        var first = await _bench.Store.ListSinceAsync("list", DateTimeOffset.UnixEpoch, null, 2, Cancel);
        Assert.Equal(["a", "b"], first.Select(view => view.Key));
        Assert.Equal(["c"], (await _bench.Store.ListSinceAsync("list", DateTimeOffset.UnixEpoch, first[1], 2, Cancel)).Select(view => view.Key));
        Assert.Equal(["b", "c"], (await _bench.Store.ListSinceAsync("list", first[1].CreatedAt, null, 9, Cancel)).Select(view => view.Key));
        Assert.Empty(await _bench.Store.ListSinceAsync("other", DateTimeOffset.UnixEpoch, null, 2, Cancel));
    }

    [Fact]
    public void Find_UnheardOf_IsNull() => Assert.Null(_bench.Find("a"));

    public async ValueTask InitializeAsync()
    {
        await OpenAsync();
        var make = await MakeAsync();
        _bench = new ProcessBench(time => make(time, ProcessBench.Seal));
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An empty store of its own at each call.</summary>
    protected abstract ValueTask<Func<TimeProvider, TextSeal, IProcessStore>> MakeAsync();

    protected abstract ValueTask OpenAsync();

    protected abstract ValueTask CloseAsync();

    private async Task<ImmutableArray<PendingEffect>> ClaimAsync(string owner)
    {
        var lanes = await _bench.Store.GetLanesAsync(Cancel);
        return await _bench.Store.ClaimAsync(
            new EffectClaim(owner, ["post"], [.. lanes.Select(lane => new LaneClaim(lane, 10, 10))]), Cancel);
    }
}
