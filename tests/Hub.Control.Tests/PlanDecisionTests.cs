using CsCheck;
using Hub.Control.Plans;
using Hub.Control.Protocol;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Control.Tests;

public sealed class PlanDecisionTests
{
    // A Monday.
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly StoredPlan Plan = new([100, 500, 2_500], 2_000, 50, false, "anna", null, Noon, Noon, 100, 2_000, 50);

    private static readonly PlanFacts Facts = new(new GroupState(100), null, new WorkingHoursConfig(), [], (31, 1), Noon);

    [Fact]
    [Trait("Rule", "20")]
    public void Of_EnoughWasSeen_Climbs() => Assert.Equal(PlanMove.Climb, PlanDecision.Of("catalog", Plan, Facts).Move);

    [Fact]
    [Trait("Rule", "20")]
    public void Of_TooLittleWasSeen_WaitsHoweverLateItIs()
    {
        var step = PlanDecision.Of("catalog", Plan with { SeenRequests = 412 }, Facts);

        Assert.Equal(PlanMove.Wait, step.Move);
        Assert.Equal("412 of 2,000 requests, at 31 a minute enough at 12:51 UTC", step.Words);
        Assert.StartsWith("49 of 50 orders", PlanDecision.Of("catalog", Plan with { SeenOrders = 49 }, Facts).Words, StringComparison.Ordinal);
        Assert.Equal(PlanMove.Wait, PlanDecision.Of("catalog", Plan with { SeenRequests = 1_999 }, Facts with { Now = Noon.AddDays(30) }).Move);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void Of_AtNight_WaitsUnlessToldOtherwise()
    {
        var night = Facts with { Now = Noon.AddHours(8) };

        Assert.Contains("2026-11-24 09:00 UTC", PlanDecision.Of("catalog", Plan, night).Words, StringComparison.Ordinal);
        Assert.Equal(PlanMove.Climb, PlanDecision.Of("catalog", Plan with { AnyTime = true }, night).Move);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void Of_AHeldGate_HoldsAndTells()
    {
        var step = PlanDecision.Of("catalog", Plan, Facts with { Gates = [new GateView("lag", false, "catalog is 90 s behind"), new GateView("stages", true, "")] });

        Assert.Equal(new PlanStep(PlanMove.Wait, "catalog is 90 s behind", true), step);
    }

    [Fact]
    [Trait("Rule", "14")]
    public void Of_AFreeze_Pauses() =>
        Assert.Contains("frozen until", PlanDecision.Of("catalog", Plan, Facts with { FrozenUntil = Noon.AddHours(1) }).Words, StringComparison.Ordinal);

    [Fact]
    [Trait("Rule", "13")]
    public void Of_MovedByAnybodyElse_Ends()
    {
        Assert.Equal(PlanMove.End, PlanDecision.Of("catalog", Plan, Facts with { Group = new GroupState(0, 9, 0, true) }).Move);
        Assert.Equal(PlanMove.End, PlanDecision.Of("catalog", Plan, Facts with { Group = new GroupState(600) }).Move);
        Assert.Equal(PlanMove.End, PlanDecision.Of("catalog", Plan, Facts with { Group = null }).Move);
        Assert.Equal(PlanMove.End, PlanDecision.Of("catalog", Plan with { Share = 2_500 }, Facts with { Group = new GroupState(2_500) }).Move);
    }

    [Theory]
    [Trait("Rule", "20")]
    [InlineData("2026-11-23T08:00:00Z", null)] // 9:00 in Berlin
    [InlineData("2026-11-23T07:59:00Z", "2026-11-23T08:00:00Z")]
    [InlineData("2026-11-23T16:00:00Z", "2026-11-24T08:00:00Z")]
    [InlineData("2026-11-27T16:30:00Z", "2026-11-30T08:00:00Z")] // Over the weekend
    [InlineData("2026-03-28T12:00:00Z", "2026-03-30T07:00:00Z")] // Over the night when clocks go forward
    public void OpensAt_Berlin_IsWhenPeopleAreThere(string now, string? opens) => Assert.Equal(
        opens is null ? null : DateTimeOffset.Parse(opens, System.Globalization.CultureInfo.InvariantCulture),
        WorkingHours.OpensAt(new WorkingHoursConfig { Zone = "Europe/Berlin" }, DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));

    // Whatever happens in whatever order: it climbs only past all that may hold it, one step at a time.
    [Fact]
    [Trait("Rule", "20")]
    public void Of_RandomFacts_ClimbsOnlyPastAllThatMayHoldIt() =>
        Gen.Select(Gen.Int[0, 4], Gen.Long[0, 3_000], Gen.Long[0, 80], Gen.Int[-5, 5], Gen.Bool, Gen.Int[0, 200], Gen.Bool).Sample(
            (at, requests, orders, frozenHours, gate, hours, anyTime) =>
            {
                int[] shares = [0, 100, 500, 2_500, 600];
                var plan = Plan with { Share = shares[at % 4], SeenRequests = requests, SeenOrders = orders, AnyTime = anyTime };
                var now = Noon.AddHours(hours);
                var facts = Facts with
                {
                    Group = new GroupState(shares[at]),
                    FrozenUntil = now.AddHours(frozenHours),
                    Now = now,
                    Gates = [new GateView("lag", gate, "behind")],
                };
                var climbs = PlanDecision.Of("catalog", plan, facts).Move == PlanMove.Climb;
                var may = at < 3 && (at == 0 || (requests >= 2_000 && orders >= 50)) && frozenHours <= 0 && gate
                    && (anyTime || (now.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && now.Hour is >= 9 and < 17));
                return climbs == may;
            });
}
