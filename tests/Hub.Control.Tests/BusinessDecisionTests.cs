using Hub.Control.Guards;
using Hub.Control.Protocol;
using Hub.Placement.Config;

namespace Hub.Control.Tests;

public sealed class BusinessDecisionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [Trait("Rule", "21")]
    [InlineData(240, 10_000, 0, 60, false)] // As last week: 4 orders a minute, 60 in a quarter of an hour.
    [InlineData(240, 10_000, 0, 31, false)] // About half: may be chance.
    [InlineData(240, 10_000, 0, 0, true)]
    [InlineData(240, 10_000, 0, 5, true)]
    [InlineData(240, 5_000, 30, 0, true)] // New's half is gone, legacy's came.
    [InlineData(240, 5_000, 30, 30, false)]
    [InlineData(240, 5_000, 2, 0, false)] // Both fell: fewer shoppers, not a worse New.
    [InlineData(240, 2_500, 45, 0, false)] // New's quarter promises 15: too few to judge.
    [InlineData(100, 10_000, 0, 0, false)] // 25 promised.
    [InlineData(0, 10_000, 0, 0, false)]
    [InlineData(24_000, 10_000, 0, 3_600, false)] // Many orders, 60 % of last week's.
    [InlineData(24_000, 10_000, 0, 2_400, true)]
    public void Of_OrdersAMinute_TripOnlyWhereSurelyBelowLastWeek(long lastWeek, int share, long legacy, long candidate, bool trips)
    {
        var words = BusinessDecision.Of(new GuardsConfig(), share, new BusinessWindow(15, Orders(legacy), Orders(candidate)), Hour(Orders(lastWeek)));

        Assert.Equal(trips, words is not null);
        if (trips)
        {
            Assert.StartsWith($"orders: New had {candidate} in 15 min", words, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Rule", "21")]
    public void Of_JourneysCompleted_AreJudgedAsOrdersAre()
    {
        var (few, many) = (SideFigures.None with { JourneysCompleted = 3 }, SideFigures.None with { JourneysCompleted = 400 });

        Assert.StartsWith(
            "journeys: New had 3 in 15 min at 100 %; by the same hour last week (400) it should have had 100",
            BusinessDecision.Of(new GuardsConfig(), 10_000, new BusinessWindow(15, SideFigures.None, few), Hour(many)), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "21")]
    public void Of_AnotherConfig_IsHonoured()
    {
        var (window, hour) = (new BusinessWindow(15, SideFigures.None, Orders(0)), Hour(Orders(240)));

        Assert.Null(BusinessDecision.Of(new GuardsConfig { BusinessLastWeek = null }, 10_000, window, hour));
        Assert.Null(BusinessDecision.Of(new GuardsConfig { BusinessSamples = 61 }, 10_000, window, hour));
        Assert.NotNull(BusinessDecision.Of(new GuardsConfig { BusinessSamples = 60 }, 10_000, window, hour));
    }

    private static GroupFigures Hour(SideFigures legacy) => new("shop", Noon, 3600, legacy, SideFigures.None);

    private static SideFigures Orders(long orders) => SideFigures.None with { Orders = orders };
}
