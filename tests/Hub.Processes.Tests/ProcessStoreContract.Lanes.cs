namespace Hub.Processes.Tests;

/// <remarks>What is slow or fails holds up nothing else.</remarks>
public abstract partial class ProcessStoreContract
{
    [Fact]
    public async Task Pump_OneLaneHangs_OtherLanesOfTheKindGoOn()
    {
        var hanging = 0;
        _bench.Start(_bench.PostOnce((call, cut) => call.Key.StartsWith("slow", StringComparison.Ordinal) ? HangAsync(() => Interlocked.Increment(ref hanging), cut) : _bench.Do(call)));
        var keys = Enumerable.Range(0, 20).Select(i => $"key {i}").ToArray();
        Array.ForEach(keys, key => _bench.Go($"slow {key}"));
        await _bench.UntilAsync(() => hanging == 8, moving: false);
        Array.ForEach(keys, key => _bench.Go(key));
        await _bench.UntilAsync(() => keys.All(key => _bench.Heard(key).Length == 2), moving: false);

        Assert.Equal(keys.Order(), _bench.Done.Order());
    }

    /// <summary>A complaint of other hubs' users: one bad order blocks the rest.</summary>
    [Fact]
    public async Task Pump_EffectsThatFailAgainAndAgain_HoldUpNoNewOnes()
    {
        var hanging = 0;
        _bench.Start(_bench.PostOnce((call, cut) => !call.Key.StartsWith("bad", StringComparison.Ordinal) ? _bench.Do(call)
            : call.Attempt == 1 ? Task.FromResult<EffectOutcome>(new EffectOutcome.Again("Busy."))
            : HangAsync(() => Interlocked.Increment(ref hanging), cut)));
        var keys = Enumerable.Range(0, 20).Select(i => $"key {i}").ToArray();
        Array.ForEach(keys, key => _bench.Go($"bad {key}"));
        await _bench.UntilAsync(() => hanging == 4, hanging: 3);
        Array.ForEach(keys, key => _bench.Go(key));
        await _bench.UntilAsync(() => keys.All(key => _bench.Heard(key).Length == 2), moving: false);

        Assert.Equal(4, hanging);
    }

    [Fact]
    public async Task RenewPatience_OfALane_CountsAnewForWhatWaitsInIt()
    {
        _bench.Start();
        _bench.Go("slow a");
        _bench.Go("b");
        await _bench.UntilAsync(() => _bench.Heard("slow a").Length == 1 && _bench.Heard("b").Length == 1, moving: false);
        await _bench.KillAsync();
        _bench.Time.Advance(TimeSpan.FromDays(2));
        await _bench.Store.RenewPatienceAsync(["slow", "unheard of"], Cancel);

        var waiting = (await ClaimAsync("me")).ToDictionary(effect => effect.Key, effect => _bench.Time.GetUtcNow() - effect.CreatedAt);
        Assert.True(waiting["slow a"] < TimeSpan.FromDays(1) && waiting["b"] >= TimeSpan.FromDays(1), $"{waiting["slow a"]}, {waiting["b"]}");
    }

    private static async Task<EffectOutcome> HangAsync(Action hangs, CancellationToken cut)
    {
        hangs();
        await Task.Delay(Timeout.InfiniteTimeSpan, cut);
        return ProcessBench.Finished("never");
    }
}
