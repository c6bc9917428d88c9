using Hub.Control.Gates;
using Hub.Control.Protocol;
using Hub.Placement.Config;

namespace Hub.Control.Tests;

public sealed class GateDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 14, 0, 0, TimeSpan.Zero);

    private static readonly GateInput Ready = new(
        "catalog", new GatesConfig { SearchEngines = true }, 500, 2_500, true, Readiness(), [("gw-1", new CandidateHealth(1, 1))],
        [("catalog", TimeSpan.FromSeconds(2))], null, Now);

    [Fact]
    [Trait("Rule", "20")]
    public void Of_AllThatIsAskedForIsThere_EveryGateIsOpen()
    {
        var gates = GateDecision.Of(Ready);

        Assert.Equal(["stages", "readiness", "candidate", "lag", "search engines"], gates.Select(gate => gate.Gate));
        Assert.All(gates, gate => Assert.True(gate.Open, gate.Words));
    }

    [Fact]
    [Trait("Rule", "20")]
    public void Of_TooFewSamples_SaysHowManyAndWhenThereAreEnough()
    {
        var held = Held(Ready with { Readiness = Readiness(samples: 412, perHour: 31 * 60) });

        Assert.Equal("readiness", held.Gate);
        Assert.Equal("readiness of catalog: 412 of 2,000 samples, at 31 a minute enough at 14:51 UTC", held.Words);
        Assert.Equal(14, held.EnoughAt!.Value.Hour);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void Of_NoDataAtAll_IsUnknownAndNeverAPass()
    {
        Assert.Contains("unknown", Held(Ready with { Config = new GatesConfig(), Readiness = null }).Words, StringComparison.Ordinal);
        Assert.Contains("none come", Held(Ready with { Readiness = Readiness(samples: 0, perHour: 0) }).Words, StringComparison.Ordinal);
        Assert.Contains("no gateway plane", Held(Ready with { Candidates = [] }).Words, StringComparison.Ordinal);
        Assert.Contains("gw-2 has not told", Held(Ready with { Candidates = Ready.Candidates.Add(("gw-2", null)) }).Words, StringComparison.Ordinal);
        Assert.Contains("not known", Held(Ready with { Lags = [("catalog", null)] }).Words, StringComparison.Ordinal);
        Assert.Contains("hub group crawl", Held(Ready with { Readiness = Readiness() with { Crawl = null } }).Words, StringComparison.Ordinal);
        Assert.Contains("product", Held(Ready with { Readiness = Readiness() with { Unknown = ["product"] } }).Words, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "20")]
    public void Of_SomethingThatIsNotGoodEnough_IsHeldAndNamed()
    {
        Assert.Contains("3 answers of catalog differ in money", Held(Ready with { Readiness = Readiness() with { Strict = 3 } }).Words, StringComparison.Ordinal);
        Assert.Contains("surely 97.5 %", Held(Ready with { Readiness = Readiness() with { AtLeast = 0.975 } }).Words, StringComparison.Ordinal);
        Assert.Contains("about 4 distinct", Held(Ready with { Readiness = Readiness() with { Variety = 4 } }).Words, StringComparison.Ordinal);
        Assert.Contains("gw-1 sees 0 of 2", Held(Ready with { Candidates = [("gw-1", new CandidateHealth(0, 2))] }).Words, StringComparison.Ordinal);
        Assert.Contains("catalog is 90 s behind", Held(Ready with { Lags = [("catalog", TimeSpan.FromSeconds(90))] }).Words, StringComparison.Ordinal);
        Assert.Contains("2 of 40 pages", Held(Ready with { Readiness = Readiness() with { Crawl = Crawl() with { Agreed = 38 } } }).Words, StringComparison.Ordinal);
        Assert.Contains("crawl again", Held(Ready with { Readiness = Readiness() with { Crawl = Crawl() with { NewBuild = "8" } } }).Words, StringComparison.Ordinal);
        Assert.Equal("cooldown", Held(Ready with { CooledAt = Now.AddMinutes(1) }).Gate);
    }

    [Theory]
    [Trait("Rule", "22")]
    [InlineData(0, 100, true, true)]
    [InlineData(0, 100, false, false)]
    [InlineData(0, 10_000, true, false)]
    [InlineData(100, 10_000, true, true)]
    [InlineData(100, 200, false, true)]
    public void Of_Stages_MirroredThenSomeThenAll(int from, int to, bool mirrored, bool open) => Assert.Equal(
        open, GateDecision.Of(Ready with { From = from, To = to, Mirrored = mirrored }).Single(gate => gate.Gate == "stages").Open);

    [Fact]
    public void Of_AGroupThatCanNotBeMirrored_IsNotAskedForSamples() => Assert.All(
        GateDecision.Of(Ready with { Config = new GatesConfig { Samples = 0 }, From = 0, To = 100, Mirrored = false, Readiness = null }),
        gate => Assert.True(gate.Open));

    [Fact]
    [Trait("Rule", "20")]
    public void Of_Parity_IsOpenOnlyForADatasetVerifiedLatelyThatHoldsWhatLegacyHolds()
    {
        var config = new GatesConfig { SearchEngines = true, Parity = new ParityConfig() };
        var good = new DatasetParity("catalog", Now.AddHours(-3), 0, 0, 0, 0);

        Assert.Contains(GateDecision.Of(With(good)), gate => gate is { Gate: "parity", Open: true });
        Assert.Contains("no migration plane tells", Held(With(null)).Words, StringComparison.Ordinal);
        Assert.Equal("catalog was never verified: hub dataset verify catalog", Held(With(good with { VerifiedAt = null })).Words);
        Assert.Equal(
            "catalog was verified 25 h ago, 24 h are allowed: hub dataset verify catalog", Held(With(good with { VerifiedAt = Now.AddHours(-25) })).Words);
        Assert.Equal(
            "of catalog 1,200 rows are missing, 1 extra, 2 mismatched: hub dataset verify catalog --repair",
            Held(With(good with { Missing = 1_200, Extra = 1, Mismatched = 2 })).Words);
        Assert.Contains("3 keys of catalog are in quarantine", Held(With(good with { Quarantined = 3 })).Words, StringComparison.Ordinal);
        Assert.Contains("not fed now (it is paused by anna)", Held(With(good with { Waits = "it is paused by anna." })).Words, StringComparison.Ordinal);
        Assert.DoesNotContain(GateDecision.Of(With(null) with { Config = Ready.Config }), gate => gate.Gate == "parity");

        GateInput With(DatasetParity? parity) => Ready with { Config = config, Parities = [("catalog", parity)] };
    }

    private static GateView Held(GateInput input) => Assert.Single(GateDecision.Of(input), gate => !gate.Open);

    private static GroupReadiness Readiness(long samples = 2_400, double perHour = 600) => new(
        "catalog", true, samples, samples, 0, samples == 0 ? null : 1, samples == 0 ? null : 0.998, 60, perHour, [],
        [new RouteReadiness("product", "1", "7", samples, samples, 0, 1, 0.998, 60, samples, perHour, Now, Now)], Crawl());

    private static CrawlView Crawl() => new(
        "catalog", "c1", "gw-1", new Uri("https://shop.example/sitemap.xml"), Now, Now, 40, 40, 0, "1", "7", null, []);
}
