using System.Collections.Immutable;
using CsCheck;
using Hub.Adapters.Stock;
using Hub.Adapters.Stock.Store;
using Hub.Connectors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Adapters.Tests.Stock;

public abstract partial class StockStoreContract
{
    private static readonly ToldChannel Bazaar = new("bazaar", "stock");

    [Fact]
    public async Task Tell_ManyChangesOfAnArticle_TellsTheLastInBatchesAtTheVendorsPace()
    {
        await SetChannelsAsync("bazaar");
        for (var change = 0; change < 5; change++)
        {
            for (var article = 0; article < 12; article++)
            {
                _owner.Set($"TS-{article}", (100 * change) + article);
            }

            await FetchAsync();
        }

        var bazaar = new FakeChannel(Bazaar, _time, batchSize: 5, callsPerSecond: 1);
        var began = _time.GetUtcNow();
        await using (Teller(bazaar))
        {
            await UntilQuietAsync(bazaar);
        }

        Assert.Equal([5, 5, 2], bazaar.Calls.Select(call => call.Length));
        Assert.All(Enumerable.Range(0, 12), article => Assert.Equal($"{400 + article}", bazaar.Held[($"TS-{article}", "")]));
        Assert.True(_time.GetUtcNow() - began >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Tell_RefusedArticle_IsKeptWithItsReasonHoldsUpNoOtherAndIsToldWhenItChanges()
    {
        await SetChannelsAsync("bazaar");
        for (var article = 0; article < 10; article++)
        {
            _owner.Set($"TS-{article}", article);
        }

        await FetchAsync();
        var bazaar = new FakeChannel(Bazaar, _time);
        bazaar.Fault = (batch, _) => Task.FromResult<CallOutcome<ImmutableArray<NotTaken>>?>(batch.Any(telling => telling is { Sku.Text: "TS-3", Value: "3" })
            ? new CallOutcome<ImmutableArray<NotTaken>>.Refused("There is no listing of it.")
            : null);
        await using (Teller(bazaar))
        {
            await UntilQuietAsync(bazaar);
            Assert.Equal(9, bazaar.Held.Count);
            var refused = Assert.Single(await _stock.ListAsync(refused: true, 10, Cancel));
            Assert.Equal(("TS-3", "There is no listing of it.", null), (refused.Sku, refused.Reason, refused.Sent));
            Assert.Equal(("bazaar", "stock", 1), Assert.Single(await _stock.CountRefusedAsync(Cancel)));

            _owner.Set("TS-3", 30);
            await FetchAsync();
            await UntilQuietAsync(bazaar);
        }

        Assert.Equal("30", bazaar.Held[("TS-3", "")]);
        Assert.Empty(await _stock.ListAsync(refused: true, 10, Cancel));
    }

    /// <summary>The vendor answers nothing and carries the call out after a newer one.</summary>
    [Fact]
    public async Task Tell_AnOldNumberArrivesAfterANewOne_TheLastIsToldOnceMore()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 5);
        await FetchAsync();
        var bazaar = new FakeChannel(Bazaar, _time);
        var lost = 0;
        bazaar.Fault = (batch, _) =>
        {
            if (Interlocked.Increment(ref lost) > 1)
            {
                return Task.FromResult<CallOutcome<ImmutableArray<NotTaken>>?>(null);
            }

            _time.CreateTimer(_ => bazaar.Take(batch), null, FakeChannel.Window - TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            return Task.FromResult<CallOutcome<ImmutableArray<NotTaken>>?>(new CallOutcome<ImmutableArray<NotTaken>>.Unknown("No answer."));
        };
        await using (Teller(bazaar))
        {
            await UntilAsync(() => Task.FromResult(bazaar.Calls.Count == 1));
            _owner.Set("TS-1", 3);
            await FetchAsync();
            await UntilAsync(() => Task.FromResult(bazaar.Held.GetValueOrDefault(("TS-1", "")) == "3"));
            await UntilQuietAsync(bazaar);
        }

        Assert.Equal("3", bazaar.Held[("TS-1", "")]);
        Assert.Equal("told", Assert.Single(await _stock.GetTellingsAsync("TS-1", Cancel)) is { Sent: "3", DueAt: null } ? "told" : "not");
    }

    /// <summary>What waits is read while a call is under way, and the answer comes before what was read arrives.</summary>
    [Fact]
    public async Task Tell_AnAnswerDuringTheRead_IsNotToldAgain()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 5);
        await FetchAsync();
        var database = new SlowDatabase(_database);
        _stock = new StockStore(database, _time);
        var bazaar = new FakeChannel(Bazaar, _time);
        var answer = new TaskCompletionSource<CallOutcome<ImmutableArray<NotTaken>>?>();
        bazaar.Fault = (_, _) =>
        {
            database.Arrives ??= new TaskCompletionSource();
            return answer.Task;
        };
        await using (Teller(bazaar))
        {
            await UntilAsync(() => Task.FromResult(database.Held > 0));
            var finished = new TaskCompletionSource();
            _stock.Changed += () => finished.TrySetResult();
            answer.SetResult(null);
            await finished.Task.WaitAsync(Cancel);

            // The article is no longer under way a moment after that, which nobody tells.
            await Task.Delay(50, Cancel);
            database.Arrives!.SetResult();
            database.Arrives = null;
            var looked = database.Reads + 3;
            await UntilAsync(() => Task.FromResult(database.Reads > looked));
        }

        Assert.Single(bazaar.Calls);
        Assert.Null(Assert.Single(await _stock.GetTellingsAsync("TS-1", Cancel)).DueAt);
    }

    [Fact]
    public async Task TellAgain_ChangedByHandThere_TellsEverything()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 5);
        await FetchAsync();
        var bazaar = new FakeChannel(Bazaar, _time);
        await using (Teller(bazaar))
        {
            await UntilQuietAsync(bazaar);
            bazaar.Held.Clear();
            Assert.Equal(1, await _stock.TellAgainAsync("bazaar", Cancel));
            await UntilQuietAsync(bazaar);
        }

        Assert.Equal("5", bazaar.Held[("TS-1", "")]);
    }

    /// <summary>Orders, bookings, cancellations, reads, faults of each kind and kills: at the end each channel holds the last value of each key.</summary>
    [Fact]
    public Task Tell_AnyHistoryWithKills_EachChannelHoldsTheLastValueOfEachKey() =>
        Gen.Int.Select(Gen.Select(Gen.Int[0, 9], Gen.Int[0, 6], Gen.Int[0, 9]).List[20, 60]).SampleAsync(
            async walk => await WalkAsync(walk.Item1, walk.Item2), iter: Rounds, threads: 1);

    /// <summary>How many histories are walked.</summary>
    protected virtual int Rounds => 6;

    private async Task WalkAsync(int seed, List<(int What, int Article, int Number)> steps)
    {
        var random = new Random(seed);
        var run = $"{Guid.NewGuid():N}"[..8];
        ImmutableArray<FakeChannel> channels =
        [
            new(new ToldChannel($"bazaar-{run}", "stock"), _time), new(new ToldChannel($"shop-{run}", "stock", ByPlace: true), _time, batchSize: 2, callsPerSecond: 3),
        ];
        Array.ForEach([.. channels], channel => channel.Roll(random, $"{run}-6"));
        await _stock.SetChannelsAsync([.. channels.Select(channel => channel.Port.Channel)], Cancel);
        var tellers = channels.Select(Teller).ToList();
        var orders = new List<(string Key, string Sku, int Pieces, DeltaPhase Phase)>();
        foreach (var (what, article, number) in steps)
        {
            var (sku, place) = ($"{run}-{article}", number % 2 == 0 ? "berlin" : "bremen");
            switch (what)
            {
                case 0 or 1:
                    _owner.Set(sku, number * 3, place);
                    break;
                case 2 or 3 when _owner.Has(sku):
                    orders.Add(($"web/{run}-{orders.Count}", sku, 1 + (number % 3), DeltaPhase.Held));
                    await OrderAsync(orders[^1].Key, sku, orders[^1].Pieces, DeltaPhase.Held);
                    break;
                case 4 or 5 when orders.FindIndex(order => order.Phase is DeltaPhase.Held) is >= 0 and var held:
                    orders[held] = orders[held] with { Phase = what == 4 ? DeltaPhase.Booked : DeltaPhase.Ended };
                    if (what == 4)
                    {
                        _owner.Take(orders[held].Sku, orders[held].Pieces);
                    }

                    await OrderAsync(orders[held].Key, orders[held].Sku, orders[held].Pieces, orders[held].Phase);
                    break;
                case 6 or 7:
                    await FetchAsync();
                    break;
                case 8:
                    // A kill: calls under way are cut, and what the database holds is all that is left.
                    await Task.WhenAll(tellers.Select(teller => teller.DisposeAsync().AsTask()));
                    _stock = new StockStore(_database, _time);
                    _fetch.Dispose();
                    _fetch = MakeFetch();
                    tellers = [.. channels.Select(Teller)];
                    break;
                default:
                    _time.Advance(TimeSpan.FromSeconds(number));
                    await Task.Delay(1, Cancel);
                    break;
            }
        }

        Array.ForEach([.. channels], channel => channel.Roll(new Random(seed), $"{run}-6"));
        await FetchAsync();
        await UntilQuietAsync([.. channels]);
        await Task.WhenAll(tellers.Select(teller => teller.DisposeAsync().AsTask()));
        var held2 = orders.Where(order => order.Phase is DeltaPhase.Held).ToLookup(order => order.Sku, order => order.Pieces);
        foreach (var (sku, place, available) in _owner.All.Where(level => level.Sku.StartsWith(run, StringComparison.Ordinal) && level.Sku != $"{run}-6"))
        {
            Assert.Equal($"{Math.Max(0, _owner.Sum(sku) - held2[sku].Sum())}", channels[0].Held.GetValueOrDefault((sku, "")));
            Assert.Equal($"{Math.Max(0, available - held2[sku].Sum())}", channels[1].Held.GetValueOrDefault((sku, place)));
        }

        Assert.All(await _stock.ListAsync(refused: true, 10_000, Cancel), row => Assert.EndsWith("-6", row.Sku, StringComparison.Ordinal));
    }

    private ChannelTeller Teller(FakeChannel channel) => new(channel.Port, _stock, _turns, "one", _time, NullLogger.Instance);

    /// <summary>Until nothing is to be told any more, and what hangs at the vendor has come through.</summary>
    private async Task UntilQuietAsync(params FakeChannel[] channels)
    {
        foreach (var channel in channels)
        {
            await UntilAsync(async () => await _stock.NextDueAsync(channel.Port.Channel.Name, channel.Port.Channel.Kind, Cancel) is null);
        }
    }

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), "It never came to what was waited for.");
            await Task.Delay(1, Cancel);
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }
}
