using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Cli.Tests.Commands;

public sealed class MirrorCommandTests : IDisposable
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task Mirror_On_SendsTheRevisionItSaw_AndOffNone()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/groups/catalog", Samples.Group);
        control.Answers("POST /api/groups/catalog/mirror", Samples.Flip());

        var on = await _hand.TypeAsync(control, "group", "mirror", "catalog", "on", "--reason", "first");
        Assert.Equal("\"1f2e3d4c.42\"", control.Requests.Last().IfMatch);
        Assert.Equal(new MirrorGroup(true, "first"), JsonSerializer.Deserialize<MirrorGroup>(control.Requests.Last().Body, JsonSerializerOptions.Web));
        var off = await _hand.TypeAsync(control, "group", "mirror", "catalog", "off");
        Assert.True(string.IsNullOrEmpty(control.Requests.Last().IfMatch));
        var typo = await _hand.TypeAsync(control, "group", "mirror", "catalog", "maybe");

        Assert.Equal((0, 0, 2), (on.ExitCode, off.ExitCode, typo.ExitCode));
    }

    [Fact]
    public async Task Readiness_WithoutData_SaysUnknown()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/groups/catalog/readiness", new GroupReadiness(
            "catalog", true, 0, 0, 0, null, null, 0, 0, ["page"], [new RouteReadiness("page", "", "", 0, 0, 0, null, null, 0, 0, 0, null, null)], null));

        var typed = await _hand.TypeAsync(control, "group", "readiness", "catalog");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains("unknown (95 %)", typed.Output, StringComparison.Ordinal);
        Assert.Contains("page", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_ThatFindsAMismatch_FailsWhenWaitedFor()
    {
        await using var control = await ControlStandIn.StartAsync();
        var crawl = new CrawlView("catalog", "c1", "gw-1", new Uri("http://shop.test/sitemap.xml"), At, At, 2, 1, 0, "", "", null, ["/tea canonical: expected /tea, actual nothing"]);
        control.Answers("POST /api/groups/catalog/crawl", crawl, 202);

        var typed = await _hand.TypeAsync(control, "group", "crawl", "catalog", "--sitemap", "http://shop.test/sitemap.xml", "--wait");

        Assert.Equal((1, ""), (typed.ExitCode, typed.Error));
        Assert.Contains("2 compared, 1 agree", typed.Output, StringComparison.Ordinal);
        Assert.Contains("/tea canonical", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diffs_AreListedByKindAndShownAsAPair()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/diffs", new[] { new DiffKind("catalog", "page", ".price", true, 7, At, "€ 10", "€ 11", ["4b7a"]) });
        control.Answers("GET /api/diffs/4b7a", new DiffView(
            "4b7a", At, "gw-1", "catalog", "page", [new MismatchView(".price", true, "€ 10", null)], "GET /tea\nCookie: a=***",
            new AnswerView("legacy", 200, ["Content-Type: text/html"], "<b>€ 10</b>"), new AnswerView("new", 0, [], "refused")));

        var list = await _hand.TypeAsync(control, "diff", "list", "--group", "catalog", "--field", ".price");
        Assert.EndsWith("?group=catalog&field=.price", control.Requests.Last().Endpoint, StringComparison.Ordinal);
        var show = await _hand.TypeAsync(control, "diff", "show", "4b7a");

        Assert.Contains("4b7a", list.Output, StringComparison.Ordinal);
        Assert.Contains("GET /tea", show.Output, StringComparison.Ordinal);
        Assert.Contains("actual, of new: no answer", show.Output, StringComparison.Ordinal);
    }
}
