namespace Hub.Processes.Tests;

/// <remarks>A kill at each boundary of an effect: afterwards it has taken place exactly once.</remarks>
public abstract partial class ProcessStoreContract
{
    public enum Boundary
    {
        Received,
        Begun,
        Done,
        Finished,
    }

    [Theory]
    [InlineData(Boundary.Received)]
    [InlineData(Boundary.Begun)]
    [InlineData(Boundary.Done)]
    [InlineData(Boundary.Finished)]
    public async Task Pump_KilledAt_TakesPlaceOnce(Boundary boundary)
    {
        var reached = false;
        _bench.Go("a");
        if (boundary is not Boundary.Received)
        {
            _bench.Start(_bench.PostOnce(async (call, cut) =>
            {
                if (boundary is not Boundary.Begun)
                {
                    await _bench.Do(call);
                }

                reached = true;
                if (boundary is not Boundary.Finished)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, _bench.Time, cut);
                }

                return ProcessBench.Finished("done");
            }));
            await _bench.UntilAsync(() => reached && (boundary is not Boundary.Finished || _bench.NothingWaits()), moving: false);
            await _bench.KillAsync();
        }

        _bench.Start(_bench.PostOnce((call, _) => _bench.Do(call)));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);

        Assert.Equal(["a"], _bench.Done);
        Assert.Equal(boundary is Boundary.Begun or Boundary.Done ? 1 : 0, _bench.LookedUp.Count);
    }

    /// <summary>Killed again and again, between any two things that the pump does.</summary>
    [Fact]
    public async Task Pump_KilledManyTimes_TakesPlaceOnceForEachKey()
    {
        var keys = Enumerable.Range(0, 20).Select(i => $"key {i}").ToArray();
        foreach (var key in keys)
        {
            _bench.Go(key);
        }

        for (var kill = 0; kill < 20; kill++)
        {
            var before = _bench.Done.Count;
            _bench.Start(_bench.PostOnce(async (call, cut) =>
            {
                var outcome = await _bench.Do(call);
                await Task.Delay(TimeSpan.FromSeconds(call.Key.Length % 2), _bench.Time, cut);
                return outcome;
            }));
            await _bench.UntilAsync(() => _bench.Done.Count > before || _bench.NothingWaits(), hanging: 4);
            await _bench.KillAsync();
        }

        _bench.Start(_bench.PostOnce((call, _) => _bench.Do(call)));
        await _bench.UntilAsync(() => keys.All(key => _bench.Heard(key).Length == 2));

        Assert.Equal(keys.Order(), _bench.Done.Order());
    }
}
