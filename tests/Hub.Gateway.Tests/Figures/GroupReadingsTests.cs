using CsCheck;
using Hub.Gateway.Figures;
using Hub.Placement;

namespace Hub.Gateway.Tests.Figures;

public sealed class GroupReadingsTests
{
    // Against a list of all that happened: a window holds what came within it, give or take its first slot.
    [Fact]
    [Trait("Rule", "21")]
    public void Window_RandomHistories_HoldsWhatCameWithinIt() =>
        Gen.Select(Gen.Int[1, 4_000].Array[1, 400], Gen.Int[0, 399], Gen.OneOf(Gen.Const(2), Gen.Const(10), Gen.Const(60), Gen.Const(300))).Sample((steps, forget, seconds) =>
        {
            var counters = new GroupCounters();
            var readings = new GroupReadings(counters);
            var happened = new List<long>();
            var now = 1_000_000_000_000L;
            var since = now;
            readings.Forget(now);
            foreach (var (step, i) in steps.Select((step, i) => (step, i)))
            {
                now += step;
                counters.Answered(Side.New, failed: false, 20);
                happened.Add(now);
                if (i == forget)
                {
                    since = now;
                    readings.Forget(now);
                }
                else
                {
                    readings.Take(now);
                }
            }

            var seen = readings.Window(now, seconds).New.Requests;
            var from = Math.Max(since, now - (seconds * 1_000L));
            var slot = seconds <= 60 ? 1_000 : 60_000;
            // A reading takes what came up to it, so its own moment is before the window; steps may be longer than a slot.
            var most = happened.Count(at => at > from);
            var least = happened.Count(at => at > from + slot + 4_000);
            return seen <= most && seen >= least;
        });

    [Fact]
    public void Between_CountsOfManyThreads_LosesNone()
    {
        var counters = new GroupCounters();
        Span<long> before = stackalloc long[GroupCounters.Length], after = stackalloc long[GroupCounters.Length];
        counters.Read(before);

        Parallel.For(0, 10_000, i =>
        {
            counters.Answered(i % 2 == 0 ? Side.Legacy : Side.New, i % 10 == 0, i % 7);
            counters.Ordered(Side.New);
        });

        counters.Read(after);
        var (legacy, candidate) = (GroupCounters.Between(before, after, Side.Legacy), GroupCounters.Between(before, after, Side.New));
        Assert.Equal((5_000, 1_000, 5_000), (legacy.Requests, legacy.Errors, legacy.Latency.Sum()));
        Assert.Equal((5_000, 0, 10_000), (candidate.Requests, candidate.Errors, candidate.Orders));
    }
}
