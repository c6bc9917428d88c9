using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Cli.Tests.Discovering;

public sealed class DiscoverTests : IDisposable
{
    private const string Browser = "Mozilla/5.0 (X11)";

    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task Discover_LogOfAShop_ProposesAConfigThatPassesCheck()
    {
        await WriteAsync("access.log", Shop());

        var discovered = await _hand.TypeAsync("discover", "--log", "access.log", "--out", "hub.json", "--legacy", "http://127.0.0.1:1");
        var check = await _hand.TypeAsync("check", "--offline");

        Assert.True(discovered.ExitCode == 0, discovered.Error);
        Assert.Equal((0, "hub: hub.json: 0 errors, 0 warnings"), (check.ExitCode, check.Error.Trim()));
        var config = await File.ReadAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), TestContext.Current.CancellationToken);
        Assert.Contains("\"slug\": { \"ClusterId\": \"legacy\", \"Order\": 10, \"Match\": { \"Path\": \"/{slug}\", \"Methods\": [ \"GET\", \"HEAD\" ] } }", config, StringComparison.Ordinal);
        Assert.Contains("\"QueryParameters\": [ { \"Name\": \"route\", \"Values\": [ \"product/product\" ] } ]", config, StringComparison.Ordinal);
        Assert.Contains("\"checkout\": { \"Form\": \"checkout-post\" }", config, StringComparison.Ordinal);
        Assert.Contains("\"cart-remove-id\": { \"GetWrites\": true }", config, StringComparison.Ordinal);
        Assert.DoesNotContain("assets", config, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discover_LogOfAShop_TellsRoutesCallersFormsAndWritesOnGet()
    {
        await WriteAsync("access.log", Shop());

        var traffic = await JsonAsync("discover", "--log", "access.log", "--json");

        Assert.Equal(["GET"], traffic.Routes.Single(route => route.Path == "/{slug}").Methods.Keys);
        Assert.True(traffic.Routes.Single(route => route.Path == "/{slug}").Callers["crawler"] > 0);
        Assert.Equal(50, traffic.Routes.Single(route => route.Path == "/order/{id}").Requests);
        Assert.Equal(["app"], traffic.Routes.Single(route => route.Path == "/api/products/{id}").Callers.Keys);
        Assert.Equal(["product/category", "product/product"], traffic.Routes.Where(route => route.Path == "/index.php").Select(route => route.Query![6..]).Order());
        Assert.Contains(traffic.Forms, form => form is { Page: "/checkout", Target: "/checkout" });
        Assert.Contains(traffic.Forms, form => form is { Page: "/{slug}", Target: "/cart/add" });
        Assert.Contains("may write on GET: by its name", (await _hand.TypeAsync("discover", "--log", "access.log")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discover_SeveralLogsPackedOrNot_AreReadAsOne()
    {
        await WriteAsync("one.log", [Line("GET", "/cart"), Line("GET", "/cart")]);
        await using (var file = File.Create(Path.Combine(_hand.Folder, "two.log.gz")))
        await using (var packed = new GZipStream(file, CompressionLevel.Fastest))
        {
            await packed.WriteAsync(Encoding.UTF8.GetBytes("""{"method":"GET","path":"/cart","status":200}"""), TestContext.Current.CancellationToken);
        }

        var discovered = await _hand.TypeAsync("discover", "--log", "one.log", "two.log.gz");

        Assert.Equal(0, discovered.ExitCode);
        Assert.Contains("one.log: nginx or Apache, 2 requests", discovered.Error, StringComparison.Ordinal);
        Assert.Contains("two.log.gz: JSON lines (CDN), 1 requests", discovered.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await JsonAsync("discover", "--log", "one.log", "--log", "two.log.gz", "--json")).Requests);
    }

    [Fact]
    public async Task Discover_LinesThatCanNotBeRead_AreCountedAndShownWithoutTheirTricks()
    {
        await WriteAsync("access.log", [Line("GET", "/cart"), "rubbish \u001b[2J", new string('x', 100_000), Line("GET", "/cart")]);

        var discovered = await _hand.TypeAsync("discover", "--log", "access.log");

        Assert.Contains("access.log: nginx or Apache, 2 requests", discovered.Error, StringComparison.Ordinal);
        Assert.Contains("2 lines can't be read", discovered.Error, StringComparison.Ordinal);
        Assert.Contains("access.log:2: rubbish .[2J", discovered.Error, StringComparison.Ordinal);
        Assert.Contains("access.log:3: longer than 64 KiB", discovered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discover_OutThatIsThere_IsNeverOverwritten()
    {
        await WriteAsync("access.log", [Line("GET", "/cart")]);
        await WriteAsync("hub.json", ["mine"]);

        var refused = await _hand.TypeAsync("discover", "--log", "access.log", "--out", "hub.json");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("never overwritten", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine", (await File.ReadAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task Discover_WhatIsNoLog_IsTold()
    {
        await WriteAsync("picture.log", Enumerable.Repeat("no log at all", 200));

        Assert.Equal(2, (await _hand.TypeAsync("discover")).ExitCode);
        Assert.Equal(2, (await _hand.TypeAsync("discover", "--log", "a", "--live", "1m")).ExitCode);
        Assert.Contains("can't be read", (await _hand.TypeAsync("discover", "--log", "nobody.log")).Error, StringComparison.Ordinal);
        Assert.Contains("no log that is known here", (await _hand.TypeAsync("discover", "--log", "picture.log")).Error, StringComparison.Ordinal);
    }

    // A name in a log is a stranger's: it must neither break the file nor the check.
    [Theory]
    [InlineData("/%22,%20%22x%22:%20{")]
    [InlineData("/a{b}/c*d?e{f}")]
    [InlineData("/~/..%2f..%2f/%0a//")]
    [InlineData("/index.php?route=%22%0a%7b")]
    [InlineData("/Cart")]
    [InlineData("/everything")]
    [InlineData("/17/18/19")]
    [InlineData("/照明/grüße")]
    public async Task Discover_AnyPath_GivesAConfigThatPassesCheck(string path)
    {
        await WriteAsync("access.log", [Line("GET", path), Line("POST", path), Line("GET", "/cart"), Line("POST", "/cart"), .. Shop()]);

        Assert.Equal(0, (await _hand.TypeAsync("discover", "--log", "access.log", "--out", "hub.json")).ExitCode);

        var check = await _hand.TypeAsync("check", "--offline");
        Assert.True(check.ExitCode == 0, check.Output);
    }

    [Fact]
    public async Task Discover_Live_SumsWhatTheGatewaysCount()
    {
        await using var control = await ControlStandIn.StartAsync();
        var route = new TrafficRoute(
            "/cart", null, 2, ImmutableSortedDictionary<string, long>.Empty.Add("GET", 2), ImmutableSortedDictionary<string, long>.Empty.Add("browser", 2), 2, 0, 0, 0, "/cart");
        control.Answers("GET /api/traffic", Enumerable.Range(1, 2).Select(i => new TrafficView($"gw-{i}", Hand.Now, 2, [route], [])).ToArray());

        var discovered = await _hand.TypeAsync(control, "discover", "--live", "0s", "--json");

        var traffic = JsonSerializer.Deserialize<TrafficView>(discovered.Output, JsonSerializerOptions.Web)!;
        Assert.Equal((4, "gw-1, gw-2"), (traffic.Requests, traffic.Plane));
        Assert.Equal((4, 4), (Assert.Single(traffic.Routes).Requests, traffic.Routes[0].Methods["GET"]));
    }

    private static IEnumerable<string> Shop()
    {
        for (var i = 0; i < 600; i++)
        {
            yield return Line("GET", $"/lamp-of-kind-{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}", agent: i % 10 == 0 ? "Googlebot/2.1" : Browser);
        }

        for (var i = 0; i < 50; i++)
        {
            yield return Line("GET", "/");
            yield return Line("GET", "/search?q=lamp");
            yield return Line("GET", $"/index.php?route=product/product&product_id={i}");
            yield return Line("GET", $"/index.php?route=product/category&path={i}");
            yield return Line("GET", $"/order/{1000 + i}");
            yield return Line("GET", $"/api/products/{i}", agent: "okhttp/4.9");
            yield return Line("GET", $"/assets/css/{i}.css");
            yield return Line("POST", "/cart/add", 303, $"/lamp-of-kind-{(char)('a' + (i % 26))}a");
            yield return Line("GET", "/cart");
            yield return Line("GET", $"/cart/remove/{i}", 302);
            yield return Line("GET", "/checkout");
            yield return Line("POST", "/checkout", 303, "/checkout");
            yield return Line("GET", "/login");
            yield return Line("POST", "/login", 303, "/login");
            yield return Line("POST", $"/scan-{i}.php", 404, agent: "python-requests/2");
        }
    }

    private static string Line(string method, string target, int status = 200, string? referer = null, string agent = Browser) =>
        $"10.0.0.1 - - [23/Nov/2026:10:00:00 +0100] \"{method} {target} HTTP/1.1\" {status} 10 \"{(referer is null ? "-" : $"https://shop.example{referer}")}\" \"{agent}\"";

    private async Task<TrafficView> JsonAsync(params string[] arguments) =>
        JsonSerializer.Deserialize<TrafficView>((await _hand.TypeAsync(arguments)).Output, JsonSerializerOptions.Web)!;

    private Task WriteAsync(string name, IEnumerable<string> lines) =>
        File.WriteAllLinesAsync(Path.Combine(_hand.Folder, name), lines, TestContext.Current.CancellationToken);
}
