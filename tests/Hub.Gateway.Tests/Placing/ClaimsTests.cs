using System.Net;
using Hub.Control.Protocol;
using Hub.Gateway.Placing;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Placing;

[Trait("Rule", "7")]
public sealed class ClaimsTests
{
    [Fact]
    public async Task FirstWrite_BelowTheShare_ClaimsNewAndKeepsItAtShareZero()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");

        await shop.Gateway.TakeAsync(2, null, Shop.All(0));
        var cart = await shopper.GetAsync("/cart");
        var catalog = await shopper.GetAsync("/");

        Assert.Equal("new", shop.Control.Claim(shopper.Hub.Key.ToString(), "carts")!.Side);
        Assert.Equal((Side.New, PlacementReason.Claim), (shop.Gateway.Explain(cart).Side, shop.Gateway.Explain(cart).Reason));
        Assert.Equal(Side.Legacy, shop.Gateway.Explain(catalog).Side);
    }

    [Fact]
    public async Task PageThatShows_FollowsTheShareAndIsToldTheClaim()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");

        await shop.Gateway.TakeAsync(2, null, Shop.All(10_000));
        await shopper.GetAsync("/");

        Assert.Equal("legacy", Assert.Single(shop.New.Requests).Identity?.Carts);
    }

    [Fact]
    public async Task TwoPlanes_ClaimingAtOnce_HaveOneWinner()
    {
        await using var shop = await Shop.StartAsync();
        await using var other = await TestGateway.StartAsync(shop.Control);
        await other.TakeAsync(1, shop.Document, Shop.All(0));
        for (var i = 0; i < 20; i++)
        {
            using var shopper = shop.Gateway.Shopper();
            await shopper.GetAsync("/");
            using var same = shopper.At(other);

            var answers = await Task.WhenAll(shopper.PostAsync("/cart/add"), same.PostAsync("/cart/add"));

            var sides = new[] { shop.Gateway.Explain(answers[0]).Side, other.Explain(answers[1]).Side };
            Assert.Single(sides.Distinct());
            Assert.Equal(sides[0] == Side.New ? "new" : "legacy", shop.Control.Claim(shopper.Hub.Key.ToString(), "carts")!.Side);
        }
    }

    [Fact]
    public async Task ClaimMadeAtAnotherPlane_IsFollowedAtOnce()
    {
        await using var shop = await Shop.StartAsync();
        await using var other = await TestGateway.StartAsync(shop.Control);
        await other.TakeAsync(1, shop.Document, Shop.All(0));
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        using var before = shopper.At(other);
        Assert.Equal(Side.Legacy, other.Explain(await before.GetAsync("/cart")).Side);

        await shopper.PostAsync("/cart/add");
        using var after = shopper.At(other);

        Assert.Equal(Side.New, other.Explain(await after.GetAsync("/cart")).Side);
    }

    [Fact]
    public async Task LegacyHoldsSomething_NewIsNotClaimed()
    {
        await using var shop = await Shop.StartAsync();
        shop.Legacy.Answer = context => context.Request.Path == "/api/me"
            ? context.Response.WriteAsJsonAsync(new { id = (int?)null, cart = 2 })
            : context.Response.WriteAsync("legacy");
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        shopper.Cookies["SHOPSESSION"] = "guest";

        var response = await shopper.PostAsync("/cart/add");

        Assert.Equal((Side.Legacy, PlacementReason.LegacyHolds), (shop.Gateway.Explain(response).Side, shop.Gateway.Explain(response).Reason));
        Assert.Equal("legacy", Assert.Single(shop.Control.Claims).Side);
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task ControlOutOfReach_ANewClaimFallsToLegacyAndIsReportedLater()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        shop.Control.Down = true;
        var away = await shopper.PostAsync("/cart/add");
        var still = await shopper.GetAsync("/cart");
        Assert.Equal((Side.Legacy, Side.Legacy), (shop.Gateway.Explain(away).Side, shop.Gateway.Explain(still).Side));

        shop.Control.Down = false;
        await ReporterOf(shop.Gateway).ReportAsync();

        Assert.Equal(("legacy", 1L), (Assert.Single(shop.Control.Claims).Side, Assert.Single(shop.Control.Claims).Number));
        Assert.True(shop.Gateway.Services.GetRequiredService<OfflineClaims>().IsEmpty);
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task OfflineClaim_SurvivesARestartOfThePlane()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        shop.Control.Down = true;
        await shopper.PostAsync("/cart/add");

        var reread = new OfflineClaims(shop.Gateway.Folder, NullLogger<OfflineClaims>.Instance);

        Assert.Equal(Side.Legacy, reread.Find(shopper.Hub.Key, "carts")!.Claim.Side);
    }

    [Fact]
    public async Task OfflineClaim_WhereNewHadWonMeanwhile_IsCarriedAtTheNextRequest()
    {
        await using var shop = await Shop.StartAsync();
        await using var other = await TestGateway.StartAsync(shop.Control);
        await other.TakeAsync(1, shop.Document, Shop.All(10_000));
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        using var elsewhere = shopper.At(other);
        shop.Control.Down = true;
        await shopper.PostAsync("/cart/add");
        shop.Control.Down = false;
        await elsewhere.PostAsync("/cart/add");
        Answer(shop, "SHOPSESSION=carried; path=/");

        await ReporterOf(shop.Gateway).ReportAsync();
        var next = await shopper.GetAsync("/cart");

        Assert.Equal(Side.New, shop.Gateway.Explain(next).Side);
        var carry = Assert.Single(shop.New.Requests, request => request.Target == "/hub/carry");
        Assert.Contains("\"from\":{\"side\":\"legacy\"", carry.Body, StringComparison.Ordinal);
        Assert.Equal("carried", shopper.Cookies["SHOPSESSION"]);
        Assert.Equal("SHOPSESSION=carried", shop.New.Requests.Last().Header("Cookie"));
    }

    [Fact]
    [Trait("Rule", "13")]
    public async Task Rollback_WithoutEvacuation_LeavesClaimsOfNewWhereTheyAre()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");

        await shop.Gateway.TakeAsync(2, null, Shop.RolledBack(2, evacuate: false));

        Assert.Equal(Side.New, shop.Gateway.Explain(await shopper.GetAsync("/cart")).Side);
        Assert.Equal(PlacementReason.RolledBack, shop.Gateway.Explain(await shopper.GetAsync("/")).Reason);
    }

    [Theory]
    [Trait("Rule", "13")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Evacuation_CarriesOnceAndRaisesTheClaim_WhateverTheHookSays(bool hookWorks)
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        Answer(shop, hookWorks ? "SHOPSESSION=carried; path=/" : null);

        await shop.Gateway.TakeAsync(2, null, Shop.RolledBack(2, evacuate: true));
        var first = await shopper.GetAsync("/cart");
        var second = await shopper.GetAsync("/cart");

        Assert.Equal(PlacementReason.Evacuated, shop.Gateway.Explain(first).Reason);
        Assert.Equal((Side.Legacy, PlacementReason.Claim), (shop.Gateway.Explain(second).Side, shop.Gateway.Explain(second).Reason));
        Assert.Single(shop.New.Requests, request => request.Target == "/hub/carry");
        Assert.Equal(("legacy", 2L), (Assert.Single(shop.Control.Claims).Side, Assert.Single(shop.Control.Claims).Number));
        Assert.Equal(hookWorks ? "SHOPSESSION=carried" : null, shop.Legacy.Requests.First(request => request.Target == "/cart").Header("Cookie"));
    }

    [Fact]
    [Trait("Rule", "13")]
    public async Task Evacuation_OfManyRequestsAtOnce_CarriesUnderOneId()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        Answer(shop, "SHOPSESSION=carried; path=/");
        await shop.Gateway.TakeAsync(2, null, Shop.RolledBack(2, evacuate: true));
        using var tab = shopper.At(shop.Gateway);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => i % 2 == 0 ? shopper.GetAsync("/cart") : tab.PostAsync("/cart/add")));

        Assert.All(answers, answer => Assert.Equal(Side.Legacy, shop.Gateway.Explain(answer).Side));
        var ids = shop.New.Requests.Where(request => request.Target == "/hub/carry").Select(request => request.Body.Split("\"id\":")[1].Split(',')[0]);
        Assert.Single(ids.Distinct());
        Assert.Equal(("legacy", 2L), (Assert.Single(shop.Control.Claims).Side, Assert.Single(shop.Control.Claims).Number));
    }

    [Fact]
    [Trait("Rule", "13")]
    public async Task Evacuation_WithControlAway_IsKeptAndToldLater()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        Answer(shop, "SHOPSESSION=carried; path=/");
        await shop.Gateway.TakeAsync(2, null, Shop.RolledBack(2, evacuate: true));
        shop.Control.Down = true;

        var first = await shopper.GetAsync("/cart");
        var second = await shopper.PostAsync("/cart/add");
        shop.Control.Down = false;
        await ReporterOf(shop.Gateway).ReportAsync();

        Assert.Equal((Side.Legacy, Side.Legacy), (shop.Gateway.Explain(first).Side, shop.Gateway.Explain(second).Side));
        Assert.Single(shop.New.Requests, request => request.Target == "/hub/carry");
        Assert.Equal("legacy", Assert.Single(shop.Control.Claims).Side);
        Assert.True(shop.Gateway.Services.GetRequiredService<OfflineClaims>().IsEmpty);
    }

    [Fact]
    public async Task LogIn_WithTwoCarts_CarriesTheVisitorsToTheAccounts()
    {
        await using var shop = await Shop.StartAsync();
        shop.Legacy.Answer = context => context.Request.Path == "/api/me"
            ? context.Response.WriteAsJsonAsync(new { id = context.Request.Cookies.ContainsKey("SHOPSESSION") ? "42" : null, cart = 0 })
            : context.Response.WriteAsync("legacy");
        Answer(shop, null);
        using var laptop = shop.Gateway.Shopper();
        laptop.Cookies["SHOPSESSION"] = "s1";
        await laptop.PostAsync("/cart/add");
        using var phone = shop.Gateway.Shopper();
        await phone.PostAsync("/cart/add");
        var visitor = phone.Hub.Key;

        phone.Cookies["SHOPSESSION"] = "s2";
        await phone.GetAsync("/cart");

        Assert.Equal(laptop.Hub.Key, phone.Hub.Key);
        var carry = Assert.Single(shop.New.Requests, request => request.Target == "/hub/carry");
        Assert.Contains($"\"from\":{{\"side\":\"new\",\"key\":\"{visitor}\"", carry.Body, StringComparison.Ordinal);
        Assert.Contains($"\"to\":{{\"side\":\"new\",\"key\":\"{laptop.Hub.Key}\",\"account\":\"42\"", carry.Body, StringComparison.Ordinal);
        Assert.Equal(laptop.Hub.Key.ToString(), Assert.Single(shop.Control.Claims).Key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LogIn_WithTwoCartsAndNoHook_TheOneTouchedLastStands(bool visitorLast)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await Shop.StartAsync(time: time);
        var document = shop.Document.Replace($", \"Carry\": \"{shop.New.Url}/hub/carry\"", "", StringComparison.Ordinal);
        Assert.NotEqual(shop.Document, document);
        Assert.Empty(await shop.Gateway.TakeAsync(2, document, Shop.All(10_000)));
        shop.Legacy.Answer = context => context.Request.Path == "/api/me"
            ? context.Response.WriteAsJsonAsync(new { id = context.Request.Cookies.ContainsKey("SHOPSESSION") ? "42" : null, cart = 0 })
            : context.Response.WriteAsync("legacy");
        using var laptop = shop.Gateway.Shopper();
        using var phone = shop.Gateway.Shopper();
        laptop.Cookies["SHOPSESSION"] = "s1";
        if (visitorLast)
        {
            await laptop.PostAsync("/cart/add");
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Empty(await shop.Gateway.TakeAsync(3, null, Shop.All(0)));
            await phone.PostAsync("/cart/add");
        }
        else
        {
            Assert.Empty(await shop.Gateway.TakeAsync(3, null, Shop.All(0)));
            await phone.PostAsync("/cart/add");
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Empty(await shop.Gateway.TakeAsync(4, null, Shop.All(10_000)));
            await laptop.PostAsync("/cart/add");
        }

        phone.Cookies["SHOPSESSION"] = "s2";
        var cart = await phone.GetAsync("/cart");

        Assert.Equal(visitorLast ? Side.Legacy : Side.New, shop.Gateway.Explain(cart).Side);
        Assert.Equal((laptop.Hub.Key.ToString(), visitorLast ? "legacy" : "new"), (Assert.Single(shop.Control.Claims).Key, shop.Control.Claims[0].Side));
    }

    [Fact]
    public async Task LaterWrite_TouchesTheClaimUnderItsNumber()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await Shop.StartAsync(time: time);
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        var made = Assert.Single(shop.Control.Claims);
        time.Advance(TimeSpan.FromDays(2));

        await shopper.PostAsync("/cart/add");

        await TestWait.UntilAsync(() => shop.Control.Claims.Single().TouchedAt > made.TouchedAt);
        Assert.Equal(made.Number, Assert.Single(shop.Control.Claims).Number);
    }

    [Fact]
    public async Task JourneysEnd_EndsTheClaim()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        Assert.Single(shop.Control.Claims);
        shop.New.Answer = context => Redirect(context, "/checkout/done/7");

        await shopper.PostAsync("/checkout");

        Assert.Empty(shop.Control.Claims);
        Assert.Empty(shopper.Hub.Claims);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/checkout?error=address")]
    public async Task CheckoutThatMadeNoOrder_LeavesTheClaim(string? location)
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        shop.New.Answer = location is null ? null : context => Redirect(context, location);

        await shopper.PostAsync("/checkout");
        shop.New.Answer = null;
        await shop.Gateway.TakeAsync(2, null, Shop.All(0));

        Assert.Equal(Side.New, shop.Gateway.Explain(await shopper.GetAsync("/cart")).Side);
        Assert.Single(shop.Control.Claims);
    }

    [Fact]
    public async Task Write_WhereKeepIsShort_TouchesTheClaimBeforeItEnds()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await Shop.StartAsync(time: time);
        await shop.Gateway.TakeAsync(2, shop.Document.Replace(
            "\"Held\": \"per customer\",", "\"Held\": \"per customer\", \"Keep\": \"01:00:00\",", StringComparison.Ordinal), Shop.All(10_000));
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        for (var i = 0; i < 3; i++)
        {
            var touched = Assert.Single(shop.Control.Claims).TouchedAt;
            time.Advance(TimeSpan.FromMinutes(10));

            await shopper.PostAsync("/cart/add");

            await TestWait.UntilAsync(() => shop.Control.Claims.Single().TouchedAt > touched);
        }
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task TouchThatControlDidNotHear_IsToldByTheNextWrite()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await Shop.StartAsync(time: time);
        using var shopper = shop.Gateway.Shopper();
        await shopper.PostAsync("/cart/add");
        var made = Assert.Single(shop.Control.Claims);
        time.Advance(TimeSpan.FromDays(2));
        shop.Control.Down = true;
        await shopper.PostAsync("/cart/add");
        shop.Control.Down = false;

        await shopper.PostAsync("/cart/add");

        await TestWait.UntilAsync(() => shop.Control.Claims.Single().TouchedAt > made.TouchedAt);
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task OfflineClaim_OfAPlaneThatNeverToldIt_IsToldByTheCookieAndCarriedWhereNewHadWon()
    {
        await using var shop = await Shop.StartAsync();
        await using var other = await TestGateway.StartAsync(shop.Control);
        await other.TakeAsync(1, shop.Document, Shop.All(10_000));
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        using var elsewhere = shopper.At(other);
        shop.Control.Down = true;
        await shopper.PostAsync("/cart/add");
        shop.Control.Down = false;
        await elsewhere.PostAsync("/cart/add");
        Answer(shop, null);

        using var moved = shopper.At(other);
        var next = await moved.GetAsync("/cart");
        await moved.GetAsync("/cart");

        Assert.Equal(Side.New, other.Explain(next).Side);
        Assert.Single(shop.New.Requests, request => request.Target == "/hub/carry");
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task OfflineClaim_OfAPlaneThatNeverToldIt_StandsAtTheNextPlane()
    {
        await using var shop = await Shop.StartAsync();
        await using var other = await TestGateway.StartAsync(shop.Control);
        await other.TakeAsync(1, shop.Document, Shop.All(10_000));
        using var shopper = shop.Gateway.Shopper();
        shop.Control.Down = true;
        await shopper.PostAsync("/cart/add");
        shop.Control.Down = false;

        using var moved = shopper.At(other);
        var next = await moved.PostAsync("/cart/add");

        Assert.Equal((Side.Legacy, PlacementReason.Claim), (other.Explain(next).Side, other.Explain(next).Reason));
        Assert.Equal("legacy", Assert.Single(shop.Control.Claims).Side);
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task OfflineClaim_WhereTheDiskIsGone_ServesTheShopperAllTheSame()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        foreach (var file in Directory.EnumerateFiles(shop.Gateway.Folder, "claims.db*"))
        {
            File.Delete(file);
        }

        shop.Control.Down = true;
        var write = await shopper.PostAsync("/cart/add");

        Assert.Equal((HttpStatusCode.OK, Side.Legacy), (write.StatusCode, shop.Gateway.Explain(write).Side));
        Assert.Equal(PlacementReason.Claim, shop.Gateway.Explain(await shopper.GetAsync("/cart")).Reason);
    }

    [Fact]
    public async Task LogIn_WithAnOfflineClaimThatControlDoesNotKnowYet_CarriesItToTheAccounts()
    {
        await using var shop = await Shop.StartAsync();
        shop.Legacy.Answer = context => context.Request.Path == "/api/me"
            ? context.Response.WriteAsJsonAsync(new { id = context.Request.Cookies.ContainsKey("SHOPSESSION") ? "42" : null, cart = 0 })
            : context.Response.WriteAsync("legacy");
        Answer(shop, null);
        using var laptop = shop.Gateway.Shopper();
        laptop.Cookies["SHOPSESSION"] = "s1";
        await laptop.PostAsync("/cart/add");
        using var phone = shop.Gateway.Shopper();
        shop.Control.Down = true;
        await phone.PostAsync("/cart/add");
        shop.Control.Down = false;

        phone.Cookies["SHOPSESSION"] = "s2";
        await phone.GetAsync("/cart");

        var carry = Assert.Single(shop.New.Requests, request => request.Target == "/hub/carry");
        Assert.Contains("\"from\":{\"side\":\"legacy\"", carry.Body, StringComparison.Ordinal);
        Assert.Contains($"\"to\":{{\"side\":\"new\",\"key\":\"{laptop.Hub.Key}\"", carry.Body, StringComparison.Ordinal);
        Assert.True(shop.Gateway.Services.GetRequiredService<OfflineClaims>().IsEmpty);
    }

    [Fact]
    public async Task LogIn_WithAClaimOfADatasetThatIsGone_LeavesItAlone()
    {
        await using var shop = await Shop.StartAsync();
        shop.Legacy.Answer = context => context.Request.Path == "/api/me"
            ? context.Response.WriteAsJsonAsync(new { id = context.Request.Cookies.ContainsKey("SHOPSESSION") ? "42" : null, cart = 0 })
            : context.Response.WriteAsync("legacy");
        using var laptop = shop.Gateway.Shopper();
        laptop.Cookies["SHOPSESSION"] = "s1";
        await laptop.GetAsync("/");
        using var phone = shop.Gateway.Shopper();
        await phone.GetAsync("/");
        await shop.Control.MakeClaimAsync(new MakeClaim("wishes", phone.Hub.Key.ToString(), "new", 1), TestContext.Current.CancellationToken);

        phone.Cookies["SHOPSESSION"] = "s2";
        var response = await phone.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("wishes", Assert.Single(shop.Control.Claims).Dataset);
    }

    private static Task Redirect(HttpContext context, string location)
    {
        context.Response.StatusCode = 303;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    private static OfflineReporter ReporterOf(TestGateway gateway) =>
        gateway.Services.GetServices<IHostedService>().OfType<OfflineReporter>().Single();

    private static void Answer(Shop shop, string? setCookie) => shop.New.Answer = context =>
    {
        if (context.Request.Path != "/hub/carry")
        {
            return context.Response.WriteAsync("new");
        }

        context.Response.StatusCode = setCookie is null ? 500 : 200;
        return context.Response.WriteAsJsonAsync(new { setCookies = new[] { setCookie }, lines = 1 });
    };
}
