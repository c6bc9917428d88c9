using System.Net;
using Hub.Control.Protocol;
using Hub.Gateway.Mirroring;
using Hub.Gateway.Mirroring.Diffs;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Gateway.Tests.Mirroring;

[Trait("Rule", "16")]
public sealed class MirroringTests
{
    [Fact]
    public async Task Request_OfAMirroredGroup_IsCopiedAsNewWouldGetIt()
    {
        await using var shop = await MirroredAsync();
        shop.New.Answer = context =>
        {
            context.Response.Headers.SetCookie = "stray=1";
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("legacy");
        };
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        var answer = await shopper.GetAsync("/?a=%2F&b=1", ("Connection", "x-private"), ("X-Kept", "yes"), ("Hub-Mirror", "forged"));
        await SamplesAsync(shop, 2);

        Assert.Equal("legacy", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(shopper.Cookies.ContainsKey("stray"));
        Assert.Null(shop.Legacy.Requests.Last(request => request.Target.StartsWith("/?a", StringComparison.Ordinal)).Header("Hub-Mirror"));
        var copy = shop.New.Requests.Single(request => request.Target.StartsWith("/?a", StringComparison.Ordinal));
        Assert.Equal(("GET", "/?a=%2F&b=1", "1", "yes"), (copy.Method, copy.Target, copy.Header("Hub-Mirror"), copy.Header("X-Kept")));
        Assert.NotNull(copy.Header("Hub-Identity"));
        Assert.DoesNotContain("hub=", copy.Header("Cookie") ?? "", StringComparison.Ordinal);
        var sums = Assert.Single(Sums(shop));
        Assert.Equal((2, 2, "home"), (sums.Samples, sums.Agreed, sums.Route));
    }

    [Fact]
    public async Task MirrorThatHangs_HoldsNobodyAndNoMoreThanItsRoom()
    {
        await using var shop = await MirroredAsync("""{ "PerSecond": 0, "Timeout": "00:01:00", "Connections": 2 }""");
        var release = new TaskCompletionSource();
        shop.New.Answer = _ => release.Task;
        using var shopper = shop.Gateway.Shopper();
        var room = shop.Gateway.Services.GetRequiredService<MirrorRoom>();

        for (var i = 0; i < 300; i++)
        {
            using var answer = await shopper.GetAsync($"/?n={i}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.InRange(room.Copies, 0, MirrorLane.MostWaiting + 3);
        }

        Assert.Equal(300, shop.Legacy.Requests.Count);
        Assert.InRange(shop.New.Requests.Count, 0, 2);
        release.SetResult();
        await TestWait.UntilAsync(() => room is { Copies: 0, Bytes: 0 });
    }

    [Fact]
    public async Task MirrorThatIsDead_IsLeftAloneAndCountsAsAMismatch()
    {
        await using var shop = await MirroredAsync("""{ "PerSecond": 0 }""");
        using var shopper = shop.Gateway.Shopper();
        await shop.New.DisposeAsync();

        for (var i = 0; i < 50; i++)
        {
            using var answer = await shopper.GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await TestWait.UntilAsync(() => shop.Gateway.Services.GetRequiredService<MirrorRoom>().Copies == 0);
        var sums = Assert.Single(Sums(shop));
        Assert.InRange(sums.Samples, 1, 50);
        Assert.Equal((0, 0), (sums.Agreed, sums.Strict));
    }

    [Fact]
    public async Task LargeAnswer_IsPassedWholeAndComparedByItsStatus()
    {
        await using var shop = await MirroredAsync();
        var page = new byte[3 * KeptBody.Most];
        shop.Legacy.Answer = context => context.Response.Body.WriteAsync(page).AsTask();
        shop.New.Answer = context => context.Response.Body.WriteAsync(page).AsTask();
        using var shopper = shop.Gateway.Shopper();

        using var answer = await shopper.GetAsync("/");

        Assert.Equal(page.Length, (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
        await SamplesAsync(shop, 1);
        Assert.Equal(1, Sums(shop).Single().Agreed);
        await TestWait.UntilAsync(() => shop.Gateway.Services.GetRequiredService<MirrorRoom>() is { Copies: 0, Bytes: 0 });
    }

    [Fact]
    [Trait("Rule", "17")]
    public async Task UnsafeMethod_IsNeverCopied_ButToASandbox()
    {
        await using var shop = await MirroredAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/search", "q=tea");
        await shopper.GetAsync("/search?q=tea");
        await SamplesAsync(shop, 1);

        Assert.Equal(["GET"], shop.New.Requests.Select(request => request.Method));

        await TakeAsync(shop, """{ "Sandboxed": true }""", 3);
        await shopper.PostAsync("/search", "q=coffee");
        await SamplesAsync(shop, 2);

        Assert.Equal("q=coffee", shop.New.Requests.Single(request => request.Method == "POST").Body);
        Assert.Equal("q=coffee", shop.Legacy.Requests.Last(request => request.Method == "POST").Body);
    }

    [Fact]
    [Trait("Rule", "17")]
    public async Task WhileNewAnswers_LegacyGetsCopiesOfRoutesThatSaySoOnly()
    {
        await using var shop = await MirroredAsync(
            routes: """ "home": { "Reads": [ "products" ], "Shows": [ "carts" ], "Mirror": { "ToLegacy": true } },""", share: 10_000);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        shop.Legacy.Requests.Clear();

        await shopper.GetAsync("/search?q=tea");
        await shopper.GetAsync("/?of=new");
        await TestWait.UntilAsync(() => !shop.Legacy.Requests.IsEmpty);

        var copy = Assert.Single(shop.Legacy.Requests);
        Assert.Equal(("/?of=new", "1", null), (copy.Target, copy.Header("Hub-Mirror"), copy.Header("Hub-Identity")));
    }

    [Fact]
    [Trait("Rule", "17")]
    public async Task RouteThatWritesOnGet_IsCopiedOnlyWhereItSaysSo()
    {
        const string Writes = """ "home": { "Reads": [ "products" ], "GetWrites": true{0} },""";
        await using var shop = await MirroredAsync(routes: Writes.Replace("{0}", "", StringComparison.Ordinal));
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/search");
        await SamplesAsync(shop, 1);
        Assert.Equal(["/search"], shop.New.Requests.Select(request => request.Target));

        await TakeAsync(shop, "{}", 3, Writes.Replace("{0}", """, "Mirror": { "GetWrites": true }""", StringComparison.Ordinal));
        await shopper.GetAsync("/");
        await SamplesAsync(shop, 2);
    }

    [Fact]
    [Trait("Rule", "18")]
    public async Task WrongPrice_IsAStrictMismatch_KeptWithoutTheCustomersData()
    {
        await using var shop = await MirroredAsync("""{ "Strict": [ ".price" ], "Ignore": [ "main" ] }""");
        shop.Legacy.Answer = context => PageAsync(context, "<main><b class=price>€ 10</b></main><p>ada@shop.test</p>");
        shop.New.Answer = context => PageAsync(context, "<main><b class=price>€ 11</b></main><p>bob@shop.test</p>");
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["SHOPSESSION"] = "s3cr3t";

        await shopper.GetAsync("/?email=ada@shop.test");
        await SamplesAsync(shop, 1);

        Assert.Equal((0, 1), (Sums(shop).Single().Agreed, Sums(shop).Single().Strict));
        var diffs = shop.Gateway.Services.GetRequiredService<DiffStore>();
        await TestWait.UntilAsync(() => !diffs.List(null, null, null).IsEmpty);
        var kind = Assert.Single(diffs.List("catalog", "home", ".price"));
        Assert.Equal((true, 1, "€ 10", "€ 11"), (kind.Strict, kind.Count, kind.Expected, kind.Actual));
        var view = diffs.Find(Assert.Single(kind.Samples))!;
        Assert.Contains("€ 10", view.Expected.Body, StringComparison.Ordinal);
        var file = File.ReadAllText(Path.Combine(shop.Gateway.Folder, "diffs.db"), System.Text.Encoding.Latin1)
            + File.ReadAllText(Path.Combine(shop.Gateway.Folder, "diffs.db-wal"), System.Text.Encoding.Latin1);
        Assert.DoesNotContain("shop.test", file.Replace("GET /?email", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", file, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "18")]
    public async Task RepeatableRoute_LearnsWhatDiffersByItself_WithoutTheCustomersCookies()
    {
        await using var shop = await MirroredAsync(
            """{ "Strict": [ ".price" ] }""", """ "home": { "Reads": [ "products" ], "Mirror": { "Repeatable": true } },""");
        var asked = 0;
        shop.Legacy.Answer = context => PageAsync(context, $"<p class=tip>tip {Interlocked.Increment(ref asked)}</p><i>A</i><b class=price>1</b>");
        shop.New.Answer = context => PageAsync(context, "<p class=tip>another</p><i>A</i><b class=price>1</b>");
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["SHOPSESSION"] = "s3cr3t";

        await shopper.GetAsync("/");
        await SamplesAsync(shop, 1);

        Assert.Equal(1, Sums(shop).Single().Agreed);
        var own = shop.Legacy.Requests.Where(request => request.Header("Hub-Mirror") == "1").ToList();
        Assert.Equal(2, own.Count);
        Assert.All(own, request => Assert.Null(request.Header("Cookie")));

        shop.New.Answer = context => PageAsync(context, "<p class=tip>another</p><i>B</i><b class=price>1</b>");
        await shopper.GetAsync("/");
        await SamplesAsync(shop, 2);
        Assert.Equal(1, Sums(shop).Single().Agreed);
    }

    [Fact]
    [Trait("Rule", "19")]
    public async Task NewBuild_IsCountedApart()
    {
        await using var shop = await MirroredAsync("""{ "BuildHeader": "X-Build" }""");
        var build = "v1";
        shop.Legacy.Answer = context => PageAsync(context, "same");
        shop.New.Answer = context =>
        {
            context.Response.Headers["X-Build"] = build;
            return PageAsync(context, "same");
        };
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/");
        await SamplesAsync(shop, 2);
        build = "v2";
        await shopper.GetAsync("/");
        await SamplesAsync(shop, 3);

        Assert.Equal([("v1", 2L), ("v2", 1L)], Sums(shop).Select(sum => (sum.NewBuild, sum.Samples)).Order());
    }

    [Fact]
    [Trait("Rule", "19")]
    public async Task Crawler_CountsForNothing()
    {
        await using var shop = await MirroredAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/?by=machine", ("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"));
        await shopper.GetAsync("/?by=person", ("User-Agent", "Mozilla/5.0"));
        await SamplesAsync(shop, 1);

        Assert.Equal(["/?by=person"], shop.New.Requests.Select(request => request.Target));
        Assert.Equal(1, Sums(shop).Single().Seen);
    }

    [Fact]
    public async Task MirroringTurnedOff_CopiesNothingAnyMore()
    {
        await using var shop = await MirroredAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await SamplesAsync(shop, 1);
        await shop.Gateway.TakeAsync(3, null, Shop.All(0));
        for (var i = 0; i < 10; i++)
        {
            await shopper.GetAsync("/");
        }

        Assert.Single(shop.New.Requests);
    }

    private static Task PageAsync(HttpContext context, string body)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(body);
    }

    private static async Task<Shop> MirroredAsync(string mirror = "{}", string? routes = null, int share = 0)
    {
        var shop = await Shop.StartAsync(flipped: false);
        shop.Legacy.Answer = context => PageAsync(context, "legacy");
        shop.New.Answer = context => PageAsync(context, "legacy");
        await TakeAsync(shop, mirror, 2, routes, share);
        return shop;
    }

    private static async Task TakeAsync(Shop shop, string mirror, long number, string? routes = null, int share = 0)
    {
        var document = shop.Document.Replace(
            "\"catalog\": { \"New\": \"storefront\",", $"\"catalog\": {{ \"New\": \"storefront\", \"Mirror\": {mirror},", StringComparison.Ordinal);
        if (routes is not null)
        {
            document = document.Replace(
                "\"home\": { \"Reads\": [ \"products\" ], \"Shows\": [ \"carts\" ] },", routes, StringComparison.Ordinal);
        }

        Assert.Empty(await shop.Gateway.TakeAsync(number, document, ("catalog", new GroupState(share, Mirrored: true, MirroredSince: 2))));
    }

    private static List<RouteSums> Sums(Shop shop) => [.. shop.Gateway.Services.GetRequiredService<SampleCounts>().All];

    private static Task SamplesAsync(Shop shop, long count) => TestWait.UntilAsync(() => Sums(shop).Sum(sum => sum.Samples) >= count);
}
