using System.Net;

namespace Hub.Town.Tests.Storefront;

public sealed class CartAndLogInTests : NewSide
{
    [Fact]
    public async Task Cart_Updated_ShowsTheSameFactsAsLegacyDoes()
    {
        await StartStorefront();
        using var legacy = Browse(Legacy);
        using var shop = Browse(Shop, "k1");

        Assert.Equal(await Walk(legacy), await Walk(shop));

        static async Task<string> Walk(Browser browser)
        {
            var seen = new List<string>();
            foreach (var (product, quantity) in ((string, string)[])[("17", "2"), ("18", "1"), ("17", "1"), ("19", "500"), ("9999", "1")])
            {
                var added = await browser.Post("/cart/add", new() { ["productId"] = product, ["quantity"] = quantity });
                seen.Add($"{added.Status} {added.Location}");
            }

            var updated = await browser.Submit(await browser.Get("/cart"), "form.cart", ("quantity[17]", "5"), ("quantity[18]", "0"));
            seen.Add($"{updated.Status} {updated.Location}");
            var cart = await browser.Get("/cart");
            return string.Join('\n', [.. seen, .. cart.Facts(), cart.Find(".mini-cart")!.GetAttribute("data-total")!]);
        }
    }

    [Fact]
    public async Task CartUpdate_WithoutTheTokenOfThisClient_IsNotFoundAndChangesNothing()
    {
        await StartStorefront();
        using var shop = Browse(Shop, "k1");
        using var other = Browse(Shop, "k2");
        await shop.Post("/cart/add", new() { ["productId"] = "17", ["quantity"] = "1" });
        await other.Post("/cart/add", new() { ["productId"] = "17", ["quantity"] = "1" });

        var forged = await shop.Submit(await other.Get("/cart"), "form.cart", ("quantity[17]", "0"));

        Assert.Equal(HttpStatusCode.NotFound, forged.Status);
        Assert.Equal(1, Assert.Single((await Carts().Read("k1", Cancellation)).Lines).Quantity);
    }

    [Fact]
    public async Task LogIn_ThroughNew_IsALogInAtLegacy()
    {
        await StartStorefront();
        using var shop = Browse(Shop, "k1");

        var wrong = await shop.Submit(await shop.Get("/login"), "form.login", ("email", "shopper1@town.test"), ("password", "wrong"));
        var right = await shop.Submit(wrong, "form.login", ("email", "shopper1@town.test"), ("password", "town"));
        var session = shop.Cookies.GetAllCookies()["SHOPSESSION"]!.Value;
        using var legacy = Browse(Legacy);
        legacy.Cookies.Add(Legacy, new Cookie("SHOPSESSION", session));
        var account = await legacy.Get("/account");

        Assert.Equal(HttpStatusCode.OK, wrong.Status);
        Assert.NotNull(wrong.Find(".problem"));
        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (right.Status, right.Location));
        Assert.Equal("shopper1@town.test", account.Find("[data-email]")!.GetAttribute("data-email"));
    }

    [Fact]
    public async Task LogOut_ThroughNew_EndsLegacysSession()
    {
        await StartStorefront();
        using var shop = Browse(Shop, "k1", account: 1, name: "Anna");
        await shop.Submit(await shop.Get("/login"), "form.login", ("email", "shopper1@town.test"), ("password", "town"));
        var before = shop.Cookies.GetAllCookies()["SHOPSESSION"]!.Value;

        var loggedOut = await shop.Submit(await shop.Get("/account"), "form.logout");
        using var legacy = Browse(Legacy);
        legacy.Cookies.Add(Legacy, new Cookie("SHOPSESSION", before));
        var account = await legacy.Get("/account");

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (loggedOut.Status, loggedOut.Location));
        Assert.Equal("/login", account.Location);
        Assert.NotEqual(before, shop.Cookies.GetAllCookies()["SHOPSESSION"]!.Value);
    }

    [Fact]
    public async Task PaymentCallback_AtNew_IsLegacysToAnswer()
    {
        await StartStorefront();
        using var provider = Browse(Shop);

        var forged = await provider.Post("/payment/callback", new() { ["order"] = "L100001", ["status"] = "paid", ["signature"] = "no" });

        Assert.Equal(HttpStatusCode.Forbidden, forged.Status);
    }
}
