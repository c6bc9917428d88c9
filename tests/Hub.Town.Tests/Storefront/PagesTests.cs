using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Hub.Town.Tests.Storefront;

public sealed class PagesTests : NewSide
{
    [Fact]
    public async Task Pages_OfBothSides_HaveTheSameStatusesRedirectsAndFacts()
    {
        await StartStorefront();
        using var legacy = Browse(Legacy);
        using var shop = Browse(Shop);
        var home = await legacy.Get("/");
        var product = home.Find("main a.product-link")!.GetAttribute("href")!;
        var category = home.Find("nav a")!.GetAttribute("href")!;

        foreach (var path in (string[])[
            "/", new Uri(product).PathAndQuery, new Uri(category).PathAndQuery, "/index.php?route=product/product&product_id=17",
            "/index.php?route=product/category&path=2", "/index.php?route=product/product&product_id=9999", "/index.php", "/search?q=tea",
            "/search?q=", "/about-us", "/none-such", "/none/such", "/cart", "/checkout", "/account", "/login", "/checkout/done/L100001",
            "/checkout/done/none"])
        {
            var (expected, actual) = (await legacy.Get(path), await shop.Get(path));

            Assert.Equal((path, expected.Status, expected.Location), (path, actual.Status, actual.Location));
            Assert.Equal(expected.Page.Title, actual.Page.Title);
            Assert.Equal(expected.Find("main h1")?.TextContent, actual.Find("main h1")?.TextContent);
            Assert.Equal(expected.Facts(), actual.Facts());
        }
    }

    [Fact]
    public async Task OldSlug_Asked_RedirectsForGoodAsLegacyDoes()
    {
        await StartStorefront();
        using var shop = Browse(Shop);
        using var legacy = Browse(Legacy);
        var old = OldSlug();

        var (expected, actual) = (await legacy.Get(old), await shop.Get(old));

        Assert.Equal(HttpStatusCode.MovedPermanently, actual.Status);
        Assert.Equal(expected.Location, actual.Location);
    }

    [Fact]
    public async Task Page_LegacyHasTheCartAndIsDown_IsShownWithAnUnknownMiniCart()
    {
        await StartStorefront();
        using var shop = Browse(Shop, key: "k1", claims: "carts=legacy");
        Meddler.Down = true;
        var home = await shop.Get("/");

        Assert.Equal(HttpStatusCode.OK, home.Status);
        Assert.False(home.Find(".mini-cart")!.HasAttribute("data-lines"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await shop.Get("/minicart")).Status);
        Meddler.Down = false;
        Assert.True((await shop.Get("/")).Find(".mini-cart")!.HasAttribute("data-lines"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/cart")]
    [InlineData("/login")]
    public async Task Head_OfAPage_IsNotFound(string path)
    {
        await StartStorefront();
        using var shop = Browse(Shop);

        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(new HttpRequestMessage(HttpMethod.Head, path))).Status);
    }

    [Fact]
    public async Task App_ProductsOfBothSides_AreTheSame()
    {
        await StartStorefront();
        using var legacy = Browse(Legacy);
        using var shop = Browse(Shop);

        foreach (var path in (string[])["/api/products?page=2", "/api/products/17"])
        {
            var expected = await legacy.Http.GetFromJsonAsync<JsonElement>(path, Cancellation);
            var actual = await shop.Http.GetFromJsonAsync<JsonElement>(path, Cancellation);
            Assert.True(Normal(expected) == Normal(actual), $"{path}: {expected} and {actual}");
        }
    }

    [Fact]
    public async Task Frame_OfALoggedInCustomer_TellsNameAndTheCartOfTheSideThatHoldsIt()
    {
        await StartStorefront();
        using var own = Browse(Shop, "k1", 1, "Anna Müller");
        await own.Post("/cart/add", new() { ["productId"] = "17", ["quantity"] = "2" });
        using var atLegacy = Browse(Shop, "k2", claims: "carts=legacy");
        using var legacy = Browse(Legacy);
        await legacy.Post("/cart/add", new() { ["productId"] = "17", ["quantity"] = "1" });
        foreach (Cookie cookie in legacy.Cookies.GetAllCookies())
        {
            atLegacy.Cookies.Add(Shop, new Cookie(cookie.Name, cookie.Value));
        }

        var mine = await own.Get("/");
        var theirs = await atLegacy.Get("/");

        Assert.Equal("Anna Müller", mine.Find(".customer")!.GetAttribute("data-customer"));
        Assert.Equal("1", mine.Find(".mini-cart")!.GetAttribute("data-lines"));
        Assert.Equal((await legacy.Get("/")).Find(".mini-cart")!.OuterHtml.Replace(Legacy.Authority, ""), theirs.Find(".mini-cart")!.OuterHtml.Replace(Shop.Authority, ""));
    }

    /// <summary>Numbers by their value: legacy's have no scale.</summary>
    private static string Normal(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => string.Join(';', json.EnumerateObject().Select(property => $"{property.Name}:{Normal(property.Value)}")),
        JsonValueKind.Array => string.Join(',', json.EnumerateArray().Select(Normal)),
        JsonValueKind.Number => (json.GetDecimal() / 1.000000m).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture),
        _ => json.ToString(),
    };
}
