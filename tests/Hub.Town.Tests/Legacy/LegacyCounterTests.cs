using System.Net;
using Hub.Storage;

namespace Hub.Town.Tests.Legacy;

/// <summary>Sessions, carts and the checkout of the legacy shop.</summary>
public sealed class LegacyCounterTests(LegacyTown town) : IClassFixture<LegacyTown>
{
    [Theory]
    [InlineData("/login")]
    [InlineData("/logout")]
    [InlineData("/cart/update")]
    [InlineData("/checkout")]
    public async Task Post_WithoutToken_NotFound(string path)
    {
        using var browser = town.Browser();
        await browser.Page("/login");

        using var answer = await browser.Post(path, ("email", "shopper1@town.test"), ("password", "town"), ("__token", "a.b"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Get_FormTwice_TokensDiffer()
    {
        using var browser = town.Browser();

        var first = (await browser.Page("/login")).QuerySelector("[name=__token]")!.GetAttribute("value");
        var second = (await browser.Page("/login")).QuerySelector("[name=__token]")!.GetAttribute("value");

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task LogIn_Guest_RotatesTheSessionAndMergesTheCarts()
    {
        using var elsewhere = town.Browser();
        using var atHome = await elsewhere.LogIn(11);
        using var kept = await elsewhere.Add(3, 2);
        using var browser = town.Browser();
        using var opened = await browser.Add(3);
        using var second = await browser.Add(4);

        using var answer = await browser.LogIn(11);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(new Uri(town.Address, "/account"), answer.Headers.Location);
        Assert.NotEqual(opened.Cookie("SHOPSESSION"), answer.Cookie("SHOPSESSION"));
        var cart = await browser.Page("/cart");
        Assert.Equal(["3:3", "4:1"], cart.QuerySelectorAll("[data-line]").Select(line => $"{line.GetAttribute("data-line")}:{line.GetAttribute("data-quantity")}"));
        using var withOldKey = town.Browser(cookies: false);
        withOldKey.DefaultRequestHeaders.Add("Cookie", opened.Cookie("SHOPSESSION")!.Split(';')[0]);
        Assert.Contains("\"id\":null", await withOldKey.Text("/api/me"), StringComparison.Ordinal);
        Assert.Contains("\"id\":11", await browser.Text("/api/me"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogIn_WrongPassword_SaysSo()
    {
        using var browser = town.Browser();

        using var answer = await browser.Submit("/login", "login", ("email", "shopper1@town.test"), ("password", "city"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"id\":null", await browser.Text("/api/me"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogOut_Customer_IsAGuestAgain()
    {
        using var browser = town.Browser();
        using var loggedIn = await browser.LogIn(12);

        using var answer = await browser.Submit("/account", "logout");

        Assert.Equal(town.Address, answer.Headers.Location);
        Assert.Equal("""{"id":null,"name":null,"cart":0}""", await browser.Text("/api/me"));
    }

    [Fact]
    public async Task Update_QuantityZero_RemovesTheLine()
    {
        using var browser = town.Browser();
        using var first = await browser.Add(5);
        using var second = await browser.Add(6);

        using var answer = await browser.Submit("/cart", "cart", ("quantity[5]", "0"), ("quantity[6]", "4"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var line = (await browser.Page("/cart")).QuerySelectorAll("[data-line]").Single();
        Assert.Equal(("6", "4"), (line.GetAttribute("data-line"), line.GetAttribute("data-quantity")));
    }

    [Fact]
    public async Task CheckOut_Cart_OrderIsPaidByTheProviderAndStocksDisagree()
    {
        using var browser = town.Browser();
        using var added = await browser.Add(20, 2);
        var (stock, reserved) = Stock(20);

        using var answer = await browser.CheckOut();

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var done = answer.Headers.Location!.PathAndQuery;
        Assert.StartsWith("/checkout/done/L", done, StringComparison.Ordinal);
        Assert.Contains("\"lines\":0", await browser.Text("/minicart"), StringComparison.Ordinal);
        Assert.Equal((stock - 2, reserved + 2), Stock(20));
        var deadline = TimeProvider.System.GetTimestamp();
        while ((await browser.Page(done)).QuerySelector(".done")!.GetAttribute("data-order-status") != "paid")
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromMinutes(2), "the provider did not call back");
        }
    }

    [Fact]
    public async Task CheckOut_FormSentTwice_IsOneOrder()
    {
        using var browser = town.Browser();
        using var added = await browser.Add(21);
        var hidden = (await browser.Page("/checkout")).QuerySelectorAll("form.checkout input[type=hidden]")
            .Select(input => (input.GetAttribute("name")!, input.GetAttribute("value")!));
        (string, string)[] form = [.. hidden, ("name", "A"), ("email", "a@b"), ("street", "S"), ("zip", "1"), ("city", "C"), ("country", "DE")];

        using var first = await browser.Post("/checkout", form);
        using var second = await browser.Post("/checkout", form);

        Assert.Equal(first.Headers.Location, second.Headers.Location);
    }

    [Fact]
    public async Task CheckOut_PriceRaisedMeanwhile_ChargesWhatTheCartShowed()
    {
        using var browser = town.Browser();
        using var added = await browser.Add(22);
        var shown = (await browser.Page("/cart")).QuerySelector("[data-cart-total]")!.GetAttribute("data-cart-total");
        browser.DefaultRequestHeaders.Add("X-Admin-Key", "town-admin");
        using var raised = await browser.PostAsync(
            "/admin/products/22/price", new StringContent("""{"price":499.5}""", null, "application/json"), TestContext.Current.CancellationToken);

        using var order = await browser.CheckOut();

        var done = (await browser.Page(order.Headers.Location!.PathAndQuery)).QuerySelector(".done")!;
        Assert.Equal(HttpStatusCode.OK, raised.StatusCode);
        Assert.Equal(shown, done.GetAttribute("data-order-total"));
        Assert.Contains("499.5", await browser.Text("/api/products/22"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_SessionAndCart_AreKept()
    {
        using var browser = town.Browser();
        using var loggedIn = await browser.LogIn(13);
        using var added = await browser.Add(7, 3);
        var before = await browser.Text("/minicart");

        await town.RestartAsync();

        Assert.Equal(before, await browser.Text("/minicart"));
        Assert.Contains("\"lines\":1", before, StringComparison.Ordinal);
    }

    private (long Stock, long Reserved) Stock(int product) => town.Database.Read(db => (
        db.QueryNumber($"SELECT StockQuantity FROM Product WHERE Id = {product}")!.Value,
        db.QueryNumber($"SELECT SUM(Reserved) FROM WarehouseStock WHERE ProductId = {product}")!.Value));
}
