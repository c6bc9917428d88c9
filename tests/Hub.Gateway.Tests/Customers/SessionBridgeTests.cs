using System.Net;
using Hub.Gateway.Customers;
using Hub.Gateway.Explaining;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Customers;

[Trait("Rule", "1")]
public sealed class SessionBridgeTests
{
    private int _asked;

    [Fact]
    public async Task FirstLogIn_OfAnAccount_KeepsTheVisitorsKeyOnEveryDevice()
    {
        await using var shop = await Shop.StartAsync();
        Know(shop, "s1", "42", "Ann Öhm");
        Know(shop, "s2", "42", "Ann Öhm");
        using var laptop = shop.Gateway.Shopper();
        using var phone = shop.Gateway.Shopper();
        await laptop.GetAsync("/");
        var visitor = laptop.Hub.Key;
        await phone.GetAsync("/");

        laptop.Cookies["SHOPSESSION"] = "s1";
        await laptop.GetAsync("/");
        phone.Cookies["SHOPSESSION"] = "s2";
        await phone.GetAsync("/");

        Assert.Equal(visitor, laptop.Hub.Key);
        Assert.Equal(visitor, phone.Hub.Key);
        var received = shop.New.Requests.Last();
        Assert.Equal(visitor.ToString(), received.Identity?.Key);
        Assert.Equal("42", received.Identity?.Account);
        Assert.Equal("Ann Öhm", received.Identity?.Name);
        Assert.Equal("SHOPSESSION=s2", received.Header("Cookie"));
    }

    [Fact]
    public async Task LogOut_GivesTheVisitorANewKey()
    {
        await using var shop = await Shop.StartAsync();
        Know(shop, "s1", "42", "Ann");
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["SHOPSESSION"] = "s1";
        await shopper.GetAsync("/");
        var account = shopper.Hub.Key;

        shopper.Cookies.Remove("SHOPSESSION");
        await shopper.GetAsync("/");

        Assert.NotEqual(account, shopper.Hub.Key);
        Assert.Equal(0UL, shopper.Hub.Account);
    }

    [Fact]
    public async Task LogOut_ThroughAPost_IsSeenAtTheNextRequest()
    {
        await using var shop = await Shop.StartAsync();
        Know(shop, "s1", "42", "Ann");
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["SHOPSESSION"] = "s1";
        await shopper.GetAsync("/");
        var account = shopper.Hub.Key;
        _accounts.Clear();

        await shopper.PostAsync("/logout");
        await shopper.GetAsync("/");

        Assert.NotEqual(account, shopper.Hub.Key);
    }

    [Fact]
    public async Task AnotherAccount_OnTheSameBrowser_GetsNothingOfTheFirst()
    {
        await using var shop = await Shop.StartAsync();
        Know(shop, "s1", "42", "Ann");
        Know(shop, "s2", "43", "Bob");
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["SHOPSESSION"] = "s1";
        await shopper.GetAsync("/");
        var first = shopper.Hub.Key;

        shopper.Cookies["SHOPSESSION"] = "s2";
        await shopper.GetAsync("/");

        Assert.NotEqual(first, shopper.Hub.Key);
        Assert.Equal(AccountKeys.MarkOf("43"), shopper.Hub.Account);
    }

    [Fact]
    public async Task Answer_OfASession_IsAskedOnceAndRemembered()
    {
        await using var shop = await Shop.StartAsync();
        Know(shop, "s1", "42", "Ann");
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        shopper.Cookies["SHOPSESSION"] = "s1";

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shopper.GetAsync("/search")));

        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task BridgeThatNeverAnswers_CostsOneBudgetAndTheVisitorsKeyServes()
    {
        await using var shop = await Shop.StartAsync(budget: "00:00:00.050");
        var never = new TaskCompletionSource();
        shop.Legacy.Answer = context => context.Request.Path == "/api/me" ? never.Task : context.Response.WriteAsync("legacy");
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        var visitor = shopper.Hub.Key;
        shopper.Cookies["SHOPSESSION"] = "s1";

        var read = await shopper.GetAsync("/");
        var write = await shopper.PostAsync("/cart/add");

        Assert.Equal(visitor, shopper.Hub.Key);
        Assert.Equal(Side.New, shop.Gateway.Explain(read).Side);
        // Legacy could not say that it holds nothing: New is not claimed.
        Assert.Equal((Side.Legacy, PlacementReason.LegacyHolds), (shop.Gateway.Explain(write).Side, shop.Gateway.Explain(write).Reason));
        never.SetResult();
    }

    [Fact]
    public async Task ControlOutOfReach_AtLogIn_TheVisitorsKeyServes()
    {
        await using var shop = await Shop.StartAsync();
        Know(shop, "s1", "42", "Ann");
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        var visitor = shopper.Hub.Key;
        shop.Control.Down = true;
        shopper.Cookies["SHOPSESSION"] = "s1";

        var response = await shopper.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(visitor.ToString(), shop.New.Requests.Last().Identity?.Key);
    }

    [Fact]
    public async Task AppToken_WithoutCookies_IsKeyedByItsAccountOnEveryPlane()
    {
        await using var shop = await Shop.StartAsync();
        await using var other = await TestGateway.StartAsync(shop.Control);
        await other.TakeAsync(1, shop.Document, Shop.All(10_000));
        shop.Legacy.Answer = context => context.Response.WriteAsJsonAsync(new { id = context.Request.Headers.Authorization == "Bearer t1" ? 7 : (int?)null, cart = 0 });
        using var app = shop.Gateway.Shopper();
        app.Bearer = "t1";
        using var again = app.At(other);

        await app.PostAsync("/cart/add");
        await again.GetAsync("/cart");

        Assert.Equal(2, shop.New.Requests.Count);
        Assert.Single(shop.New.Requests.Select(request => request.Identity?.Key).Distinct());
        Assert.Equal("7", shop.New.Requests.Last().Identity?.Account);
        Assert.Empty(app.Cookies);
    }

    [Theory]
    [InlineData("/cart/add", "Sec-Fetch-Site", "cross-site")]
    [InlineData("/cart/add", "Origin", "https://pay.test")]
    [InlineData("/cart/add", "Origin", "null")]
    [InlineData("/of-no-group", "Sec-Fetch-Site", "cross-site")]
    public async Task PostOfAnotherSitesPage_WhichBrowsersSendWithoutCookies_DoesNotReplaceTheCustomersKey(string path, string header, string value)
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();

        var response = await shopper.PostAsync(path, "", (header, value));

        Assert.Equal(Side.Legacy, shop.Gateway.Explain(response).Side);
        Assert.Null(shopper.HubCookieValue);
        Assert.Empty(shop.Control.Claims);
    }

    [Fact]
    public async Task LinkOfAnotherSite_WithoutTheStrictSession_IsNoLogOut()
    {
        await using var shop = await Shop.StartAsync();
        Know(shop, "s1", "42", "Ann");
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["SHOPSESSION"] = "s1";
        await shopper.GetAsync("/");
        var account = shopper.Hub.Key;
        shopper.Cookies.Remove("SHOPSESSION");

        await shopper.GetAsync("/", ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal(account, shopper.Hub.Key);
        Assert.Null(shop.New.Requests.Last().Identity?.Account);
    }

    [Fact]
    public async Task AppToken_WhileLegacyCanNotBeAsked_KeepsTheKeyOfItsAccount()
    {
        await using var shop = await Shop.StartAsync();
        Know(shop, "s1", "42", "Ann");
        using var laptop = await LoggedInAsync(shop, "s1");
        using var app = shop.Gateway.Shopper();
        app.Bearer = "t1";
        _tokens["Bearer t1"] = "42";
        await app.PostAsync("/cart/add");
        _tokens.Clear();

        await app.GetAsync("/cart");

        Assert.Equal(laptop.Hub.Key.ToString(), shop.New.Requests.Last().Identity?.Key);
    }

    [Fact]
    [Trait("Rule", "7")]
    public async Task AppToken_ThatWroteWhileLegacyCouldNotBeAsked_IsJoinedToItsAccount()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await Shop.StartAsync(time: time);
        Know(shop, "s1", "42", "Ann");
        using var laptop = await LoggedInAsync(shop, "s1");
        await laptop.PostAsync("/cart/add");
        using var first = shop.Gateway.Shopper();
        first.Bearer = "t1";
        _tokens["Bearer t1"] = "42";
        await first.GetAsync("/cart");
        using var app = shop.Gateway.Shopper();
        app.Bearer = "t2";
        var away = await app.PostAsync("/cart/add");
        Assert.Equal(Side.Legacy, shop.Gateway.Explain(away).Side);
        _tokens["Bearer t2"] = "42";
        time.Advance(TimeSpan.FromSeconds(3));

        await app.GetAsync("/cart");
        await app.GetAsync("/cart");

        var carry = Assert.Single(shop.New.Requests, request => request.Target == "/hub/carry");
        Assert.Contains("\"from\":{\"side\":\"legacy\"", carry.Body, StringComparison.Ordinal);
        Assert.Contains($"\"to\":{{\"side\":\"new\",\"key\":\"{laptop.Hub.Key}\"", carry.Body, StringComparison.Ordinal);
        Assert.Equal(laptop.Hub.Key.ToString(), Assert.Single(shop.Control.Claims).Key);
    }

    [Fact]
    [Trait("Rule", "15")]
    public async Task BusinessKey_LongerThanAny_IsUnknownAndKeptNowhere()
    {
        await using var shop = await Shop.StartAsync();
        using var provider = shop.Gateway.Shopper();

        var response = await provider.PostAsync("/payment/callback", $"order={new string('7', 50_000)}");

        Assert.Equal(Side.Legacy, shop.Gateway.Explain(response).Side);
        Assert.Null(provider.HubCookieValue);
        var ledger = shop.Gateway.Services.GetRequiredService<Ledger>();
        await TestWait.UntilAsync(() => ledger.Find(null, null, null, null).Count > 0);
        Assert.Null(Assert.Single(ledger.Find(null, null, null, null)).Order);
    }

    [Fact]
    public async Task BusinessKey_LearntAtCheckout_PlacesTheCallbackOfTheCustomer()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        shop.New.Answer = context =>
        {
            context.Response.StatusCode = 303;
            context.Response.Headers.Location = "http://shop.test/checkout/done/TS-77";
            return Task.CompletedTask;
        };
        await shopper.PostAsync("/checkout");
        shop.New.Answer = null;
        using var provider = shop.Gateway.Shopper();

        var known = await provider.PostAsync("/payment/callback", "order=TS-77&status=paid");
        var unknown = await provider.PostAsync("/payment/callback", "order=TS-78&status=paid");

        Assert.Equal(shopper.Hub.Key.ToString(), shop.New.Requests.Last().Identity?.Key);
        Assert.Equal("order=TS-77&status=paid", shop.New.Requests.Last().Body);
        Assert.Equal(Side.New, shop.Gateway.Explain(known).Side);
        Assert.Equal(Side.Legacy, shop.Gateway.Explain(unknown).Side);
        Assert.Null(provider.HubCookieValue);
    }

    [Theory]
    [InlineData("/checkout/done/7", "/checkout/done/{}", "7")]
    [InlineData("https://shop.test/checkout/done/7?x=1", "/checkout/done/{}", "7")]
    [InlineData("/index.php?order=7&x=1", "/index.php?order={}", "7")]
    [InlineData("/orders/7/thanks", "/orders/{}/thanks", "7")]
    [InlineData("/orders/7", "/orders/{}/thanks", null)]
    [InlineData("/cart", "/checkout/done/{}", null)]
    [InlineData("/checkout/done/", "/checkout/done/{}", null)]
    [InlineData(null, "/checkout/done/{}", null)]
    public void Number_OfALocation_IsThePartInTheGap(string? location, string pattern, string? expected) =>
        Assert.Equal(expected, BusinessKeys.Number(location, pattern));

    private readonly Dictionary<string, (string Id, string Name)> _accounts = [];
    private readonly Dictionary<string, string> _tokens = [];

    private static async Task<Shopper> LoggedInAsync(Shop shop, string session)
    {
        var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        shopper.Cookies["SHOPSESSION"] = session;
        await shopper.GetAsync("/");
        return shopper;
    }

    private void Know(Shop shop, string session, string account, string name)
    {
        _accounts[session] = (account, name);
        shop.Legacy.Answer = context =>
        {
            if (context.Request.Path != "/api/me")
            {
                context.Response.ContentType = "text/html";
                return context.Response.WriteAsync("legacy");
            }

            Interlocked.Increment(ref _asked);
            if (context.Request.Headers.Authorization.Count > 0)
            {
                // A token that legacy does not know here is one that it can't be asked about.
                context.Response.StatusCode = _tokens.ContainsKey(context.Request.Headers.Authorization!) ? 200 : 500;
                return context.Response.WriteAsJsonAsync(new { id = _tokens.GetValueOrDefault(context.Request.Headers.Authorization!), cart = 0 });
            }

            var known = _accounts.GetValueOrDefault(context.Request.Cookies["SHOPSESSION"] ?? "");
            return context.Response.WriteAsJsonAsync(new { id = known.Id, name = known.Name, cart = 0 });
        };
    }
}
