using CsCheck;

namespace Hub.Processes.Tests;

/// <remarks>Random histories; CsCheck prints the seed of one that fails.</remarks>
public abstract partial class ProcessStoreContract
{
    private enum Mood
    {
        Works,
        AnswersLate,
        Refuses,
        Hangs,
    }

    /// <summary>Messages and their repeats, a vendor of changing moods, time that passes, kills: each key's effect takes place once.</summary>
    [Fact]
    public Task History_Any_EndsWithEachEffectOnce()
    {
        var walk = 0;
        return Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 3].Select(mood => (Mood)mood)).List[5, 40].SampleAsync(
            async steps =>
            {
                walk++;
                var keys = new HashSet<string>();
                var mood = Mood.Works;
                var runner = _bench.PostOnce((call, cut) => RunAsync(call, mood, cut));
                _bench.Start(runner);
                foreach (var (what, key, next) in steps)
                {
                    switch (what)
                    {
                        case < 6:
                            keys.Add($"{walk} {key}");
                            _bench.Go($"{walk} {key}");
                            break;
                        case 6:
                            _bench.Time.Advance(TimeSpan.FromSeconds(40));
                            break;
                        case 7:
                            await _bench.KillAsync();
                            _bench.Start(runner);
                            break;
                        default:
                            mood = next;
                            break;
                    }
                }

                mood = Mood.Works;
                await _bench.KillAsync();
                _bench.Start(runner);
                await _bench.UntilAsync(() => keys.All(key => _bench.Heard(key).Length == 2));
                await _bench.KillAsync();
                Assert.Equal(keys.Order(), _bench.Done.Where(key => key.StartsWith($"{walk} ", StringComparison.Ordinal)).Order());
            },
            iter: 8, threads: 1);
    }

    private async Task<EffectOutcome> RunAsync(EffectCall call, Mood mood, CancellationToken cut)
    {
        switch (mood)
        {
            case Mood.Refuses:
                return new EffectOutcome.Again("Busy.");
            case Mood.AnswersLate:
                await _bench.Do(call);
                return new EffectOutcome.Unknown("Cut.");
            case Mood.Hangs:
                await _bench.Do(call);
                await Task.Delay(TimeSpan.FromSeconds(20), _bench.Time, cut);
                return new EffectOutcome.Unknown("It took too long.");
            default:
                return await _bench.Do(call);
        }
    }
}
