using CsCheck;
using Hub.Control.Protocol;
using Hub.Gateway.Guards;
using Hub.Placement.Config;

namespace Hub.Gateway.Tests.Guards;

public sealed class GuardDecisionTests
{
    private static readonly GuardsConfig Defaults = new();

    [Theory]
    [Trait("Rule", "21")]
    [InlineData(1_000, 0, 1_000, 0, null)]
    [InlineData(1_000, 0, 19, 19, null)] // Too few samples, however bad.
    [InlineData(1_000, 0, 20, 20, "errors")]
    [InlineData(1_000, 0, 100, 1, null)] // A raw ratio of 1 % against 0 %.
    [InlineData(1_000, 0, 1_000, 100, "errors")]
    [InlineData(1_000, 100, 1_000, 100, null)] // Both fail: taking it back would help nobody.
    [InlineData(1_000, 1_000, 1_000, 1_000, null)]
    [InlineData(1_000, 10, 1_000, 25, null)] // Within the margin and chance.
    [InlineData(0, 0, 1_000, 150, null)] // Nothing to compare with: a fifth is allowed.
    [InlineData(0, 0, 1_000, 300, "errors")]
    public void Of_Errors_TripOnlyWhereNewIsSurelyWorse(long legacy, long legacyErrors, long candidate, long candidateErrors, string? guard)
    {
        var trip = GuardDecision.Of(
            Defaults, [new GuardWindow(10, Side(legacy, legacyErrors), Side(candidate, candidateErrors))], null, null);

        Assert.Equal(guard, trip?.Guard);
        if (trip is not null)
        {
            Assert.Contains($"{candidateErrors} of {candidate}", trip.Words, StringComparison.Ordinal);
        }
    }

    [Theory]
    [Trait("Rule", "21")]
    [InlineData(0, null)]
    [InlineData(290, null)] // 29 % last week, too.
    [InlineData(500, "errors")]
    public void Of_ShareOf100_ComparesWithTheSameHourLastWeek(long errors, string? guard)
    {
        var baseline = new GroupBaseline(Side(10_000, 2_900));

        var trip = GuardDecision.Of(Defaults, [new GuardWindow(60, SideFigures.None, Side(1_000, errors))], null, baseline);

        Assert.Equal(guard, trip?.Guard);
        Assert.True(trip is null || trip.Words.Contains("the same hour last week 2900 of 10000", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Rule", "21")]
    [InlineData(40, 40, null)]
    [InlineData(200, 60, null)] // Under the floor of 100 ms nobody is slow.
    [InlineData(200, 400, null)] // Twice as slow is allowed.
    [InlineData(200, 900, "latency")]
    public void Of_Latency_TripsWhereNewIsSurelySlowerThanTheRatioAllows(double legacy, double candidate, string? guard)
    {
        var trip = GuardDecision.Of(
            Defaults, [new GuardWindow(60, Side(2_000, 0, legacy), Side(500, 0, candidate))], null, null);

        Assert.Equal(guard, trip?.Guard);
    }

    [Fact]
    [Trait("Rule", "21")]
    public void Of_AFewSlowAnswers_AreNoReason()
    {
        var mixed = Side(480, 0, 20).Plus(Side(20, 0, 3_000));

        Assert.Null(GuardDecision.Of(Defaults, [new GuardWindow(60, Side(500, 0, 20), mixed)], null, null));
    }

    [Theory]
    [Trait("Rule", "21")]
    [InlineData(0, 0, null)]
    [InlineData(0, 1, "money")]
    [InlineData(3, 3, null)]
    [InlineData(3, 4, "money")]
    public void Of_MoneyMismatches_TripAboveWhatIsAllowed(int allowed, long found, string? guard)
    {
        var sees = SideFigures.None with { MoneyMismatches = found };

        var trip = GuardDecision.Of(
            new GuardsConfig { MoneyMismatches = allowed }, [new GuardWindow(300, SideFigures.None, sees)], null, null);

        Assert.Equal(guard, trip?.Guard);
    }

    [Theory]
    [Trait("Rule", "21")]
    [InlineData(50, 45, 50, null)]
    [InlineData(0, 45, 50, "orders")]
    [InlineData(50, 2, 50, "journeys")]
    [InlineData(0, 0, 0, "orders")]
    public void Of_Business_TripsWhereOrdersOrJourneysFallAway(long orders, long completed, long begun, string? guard)
    {
        var legacy = Side(20_000, 0) with { Orders = 500, JourneysBegun = 600, JourneysCompleted = 500 };
        var sees = Side(2_000, 0) with { Orders = orders, JourneysBegun = begun, JourneysCompleted = completed };

        Assert.Equal(guard, GuardDecision.Of(Defaults, [], new GuardWindow(900, legacy, sees), null)?.Guard);
        Assert.Null(GuardDecision.Of(Defaults, [new GuardWindow(300, legacy, sees)], null, null));
    }

    [Fact]
    [Trait("Rule", "21")]
    public void Of_AGuardThatIsNull_IsNotWatched()
    {
        var bad = Side(1_000, 1_000, 9_000) with { MoneyMismatches = 9 };
        var window = new GuardWindow(300, Side(20_000, 0) with { Orders = 500 }, bad);

        Assert.Null(GuardDecision.Of(
            new GuardsConfig { Errors = null, Latency = null, MoneyMismatches = null, Business = null }, [window], window, null));
    }

    // Two sides that fail alike are told apart by chance only: over many windows no trip.
    [Fact]
    [Trait("Rule", "21")]
    public void Of_SidesThatAreAlike_NeverTrip() =>
        Gen.Select(Gen.Int[1, 2_000], Gen.Int[20, 2_000], Gen.Double[0, 0.3], Gen.Int).Sample(
            (legacy, candidate, rate, seed) =>
            {
                var random = new Random(seed);
                var window = new GuardWindow(10, Drawn(random, legacy, rate), Drawn(random, candidate, rate));
                return GuardDecision.Of(new GuardsConfig { MostErrors = 0.5 }, [window], null, null) is null;
            },
            iter: 20_000);

    // The more of New's requests fail, the sooner it trips: no count of errors above one that trips is let through.
    [Fact]
    [Trait("Rule", "21")]
    public void Of_MoreErrors_NeverMakeItBetter() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[20, 500]).SelectMany(
            (legacy, candidate) => Gen.Select(Gen.Const(legacy), Gen.Const(candidate), Gen.Int[0, legacy], Gen.Int[0, candidate - 1])).Sample(
            (legacy, candidate, legacyErrors, errors) =>
            {
                bool Trips(int count) => GuardDecision.Of(
                    Defaults, [new GuardWindow(10, Side(legacy, legacyErrors), Side(candidate, count))], null, null) is not null;
                return !Trips(errors) || Trips(errors + 1);
            });

    private static SideFigures Drawn(Random random, int requests, double rate)
    {
        var errors = Enumerable.Range(0, requests).Count(_ => random.NextDouble() < rate);
        return Side(requests, errors);
    }

    private static SideFigures Side(long requests, long errors, double milliseconds = 20)
    {
        var bucket = LatencyBuckets.Of(milliseconds);
        return SideFigures.None with
        {
            Requests = requests,
            Errors = errors,
            Latency = [.. Enumerable.Range(0, bucket + 1).Select(i => i == bucket ? requests : 0L)],
        };
    }
}
