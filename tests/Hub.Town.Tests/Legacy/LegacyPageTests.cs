using System.Net;
using System.Net.Http.Headers;
using Hub.Storage;

namespace Hub.Town.Tests.Legacy;

public sealed class LegacyPageTests(LegacyTown town) : IClassFixture<LegacyTown>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/lamps", 200)]
    [InlineData("/about-us", 200)]
    [InlineData("/index.php?route=product/product&product_id=17", 200)]
    [InlineData("/index.php?route=product/category&path=2", 200)]
    [InlineData("/index.php?route=product/product&product_id=9999", 404)]
    [InlineData("/index.php?route=checkout/cart", 404)]
    [InlineData("/search?q=mug", 200)]
    [InlineData("/login", 200)]
    [InlineData("/account", 302)]
    [InlineData("/cart", 200)]
    [InlineData("/checkout", 302)]
    [InlineData("/checkout/done/L1", 404)]
    [InlineData("/minicart", 200)]
    [InlineData("/api/me", 200)]
    [InlineData("/api/products", 200)]
    [InlineData("/api/products/17", 200)]
    [InlineData("/api/products/9999", 404)]
    [InlineData("/api/cart", 401)]
    [InlineData("/api/orders", 401)]
    [InlineData("/partner/orders?reference=x", 401)]
    [InlineData("/assets/shop.css", 200)]
    [InlineData("/assets/products/TS-017.svg", 200)]
    [InlineData("/no-such-slug", 404)]
    [InlineData("/no/such/path.txt", 404)]
    public async Task Get_Address_AnswersAsRealShopsDo(string path, int status)
    {
        using var browser = town.Browser();

        using var answer = await browser.GetAsync(path, Cancelled);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("legacy", answer.Headers.GetValues("X-Town-Side").Single());
    }

    [Theory]
    [InlineData("/", 404)]
    [InlineData("/lamps", 404)]
    [InlineData("/assets/shop.css", 200)]
    public async Task Head_PageAndAsset_OnlyTheAssetIsThere(string path, int status)
    {
        using var browser = town.Browser();

        using var answer = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancelled);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Get_OldSlug_MovedForGoodToTheNewOneOnTheHostThatWasAsked()
    {
        var (old, now) = town.Database.Read(db => db.Query(
            $"SELECT Slug, RedirectTo FROM UrlRecord WHERE RedirectTo IS NOT NULL LIMIT 1", row => (row.GetString(0), row.GetString(1))).Single());
        using var browser = town.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/" + old) { Headers = { Host = "www.town.test" } };
        request.Headers.Add("X-Forwarded-Host", "elsewhere.test");

        using var answer = await browser.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.MovedPermanently, answer.StatusCode);
        Assert.Equal($"http://www.town.test/{now}", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Get_Page_LinksOnlyToTheHostThatWasAsked()
    {
        using var browser = town.Browser();
        browser.DefaultRequestHeaders.Host = "www.town.test";
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var page = await browser.Page("/lamps");

        var links = page.QuerySelectorAll("a[href], form[action], img[src], link[href]")
            .Select(element => element.GetAttribute("href") ?? element.GetAttribute("action") ?? element.GetAttribute("src")!).ToList();
        Assert.True(links.Count > 80);
        Assert.All(links, link => Assert.StartsWith("https://www.town.test/", link, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_Page_ComesInChunksAndZippedWhereAsked()
    {
        using var browser = town.Browser();
        using var plain = await browser.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        browser.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var zipped = await browser.GetAsync("/", Cancelled);

        Assert.True(plain.Headers.TransferEncodingChunked);
        Assert.Equal(["gzip"], zipped.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Get_PageWithoutCookie_WritesAGuest()
    {
        var before = Guests();
        using var browser = town.Browser();

        using var first = await browser.GetAsync("/", Cancelled);
        using var second = await browser.GetAsync("/", Cancelled);

        Assert.Equal(before + 1, Guests());
        Assert.Null(second.Cookie("SHOPSESSION"));
    }

    [Theory]
    [InlineData("http", false)]
    [InlineData("https", true)]
    public async Task Get_ProtocolOfTheProxy_MakesTheCookieSecure(string protocol, bool secure)
    {
        using var browser = town.Browser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", protocol);

        using var answer = await browser.GetAsync("/", Cancelled);

        var cookie = answer.Cookie("SHOPSESSION")!;
        Assert.Equal(secure, cookie.Contains("secure", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Asset_KnowsTagsAndRanges()
    {
        using var browser = town.Browser();
        using var whole = await browser.GetAsync("/assets/products/TS-001.svg", Cancelled);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/assets/products/TS-001.svg");
        again.Headers.IfNoneMatch.Add(whole.Headers.ETag!);
        using var part = new HttpRequestMessage(HttpMethod.Get, "/assets/products/TS-001.svg");
        part.Headers.Range = new RangeHeaderValue(0, 9);

        using var unchanged = await browser.SendAsync(again, Cancelled);
        using var first = await browser.SendAsync(part, Cancelled);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, first.StatusCode);
        Assert.Equal(10, (await first.Content.ReadAsByteArrayAsync(Cancelled)).Length);
    }

    [Fact]
    public async Task Get_SearchForMarkup_ShowsItAsText()
    {
        using var browser = town.Browser();

        var text = await browser.Text("/search?q=" + Uri.EscapeDataString("<script>x</script>"));

        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", text, StringComparison.Ordinal);
    }

    private long Guests() => town.Database.Read(db => db.QueryNumber($"SELECT COUNT(*) FROM Guest")!.Value);
}
