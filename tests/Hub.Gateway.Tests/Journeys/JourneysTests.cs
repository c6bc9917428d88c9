using System.Net;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Journeys;

public sealed class JourneysTests
{
    [Fact]
    [Trait("Rule", "3")]
    public async Task Journey_BegunOnNew_StaysThereWhenTheShareFalls()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/login");

        await shop.Gateway.TakeAsync(2, null, Shop.All(0));
        shop.New.Answer = context => Redirect(context, "/account");
        var last = await shopper.PostAsync("/login");
        var after = await shopper.GetAsync("/account");

        Assert.Equal(Side.New, shop.Gateway.Explain(last).Side);
        Assert.Equal(Side.Legacy, shop.Gateway.Explain(after).Side);
        Assert.Empty(shopper.Hub.Pins);
    }

    [Theory]
    [Trait("Rule", "3")]
    [InlineData(200)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task Journey_WhoseLastStepFails_GoesOnWhereItBegan(int status)
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/login");
        await shop.Gateway.TakeAsync(2, null, Shop.All(0));
        shop.New.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("wrong password");
        };

        await shopper.PostAsync("/login");
        shop.New.Answer = null;

        Assert.Equal(Side.New, shop.Gateway.Explain(await shopper.GetAsync("/login")).Side);
        Assert.Equal(Side.New, shop.Gateway.Explain(await shopper.PostAsync("/login")).Side);
    }

    [Fact]
    [Trait("Rule", "5")]
    public async Task FormPage_ThatAVisitorLandsOn_IsPostedToTheSideThatItCameFrom()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();

        var page = await shopper.GetAsync("/login");
        var posted = await shopper.PostAsync("/login");

        Assert.Equal(Side.Legacy, shop.Gateway.Explain(page).Side);
        Assert.Equal((Side.Legacy, PlacementReason.Form), (shop.Gateway.Explain(posted).Side, shop.Gateway.Explain(posted).Reason));
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task Journey_BegunUnderThePlanesOwnRollback_IsPinnedAndHolds()
    {
        await using var shop = await Shop.StartAsync();
        await shop.Gateway.TakeAsync(2, null, Shop.RolledBack(3, evacuate: false));
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/login");

        await shop.Gateway.TakeAsync(3, null, [.. Shop.RolledBack(3, evacuate: false).Select(group => (group.Item1, group.Item2 with { Share = 10_000, RolledBack = false }))]);
        var last = await shopper.PostAsync("/login");

        Assert.Equal(Side.Legacy, shop.Gateway.Explain(last).Side);
        Assert.Equal(Side.New, shop.Gateway.Explain(await shopper.GetAsync("/account")).Side);
    }

    [Fact]
    [Trait("Rule", "3")]
    public async Task Pin_OfANameNotOnAnyRoute_IsOverAfterTwoHours()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await Shop.StartAsync(time: time);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/login");
        await shop.Gateway.TakeAsync(2, null, Shop.All(0));

        time.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(1));

        Assert.Equal(Side.Legacy, shop.Gateway.Explain(await shopper.GetAsync("/login")).Side);
    }

    [Theory]
    [Trait("Rule", "5")]
    [Trait("Rule", "13")]
    [InlineData("/checkout?step=2", "/checkout?step=2")]
    [InlineData("http://evil.test/checkout", "/login")]
    [InlineData(null, "/login")]
    public async Task FormPost_WhosePageCameFromTheOtherSide_IsSentBackToThePage(string? referer, string expected)
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/login");
        await shop.Gateway.TakeAsync(2, null, Shop.RolledBack(2, evacuate: false));
        var page = referer is null ? [] : new[] { ("Referer", referer.StartsWith('/') ? new Uri(shop.Gateway.Url, referer).ToString() : referer) };
        var before = shop.Legacy.Requests.Count + shop.New.Requests.Count;

        var refused = await shopper.PostAsync("/login", "user=ann", page);
        var again = await shopper.PostAsync("/login", "user=ann", page);

        Assert.Equal(HttpStatusCode.SeeOther, refused.StatusCode);
        Assert.Equal(expected, refused.Headers.Location!.OriginalString);
        Assert.True(refused.Headers.CacheControl!.NoStore);
        Assert.Equal((HttpStatusCode.OK, Side.Legacy), (again.StatusCode, shop.Gateway.Explain(again).Side));
        Assert.Equal(before + 1, shop.Legacy.Requests.Count + shop.New.Requests.Count);
    }

    [Fact]
    [Trait("Rule", "5")]
    public async Task FormPage_SeenAgain_CostsNoSecondCookie()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        var first = await shopper.GetAsync("/checkout");
        var second = await shopper.GetAsync("/checkout");

        Assert.True(first.Headers.Contains("Set-Cookie"));
        Assert.False(second.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    [Trait("Rule", "3")]
    public async Task ClientWithoutCookies_HasItsPinsInControlsStore()
    {
        await using var shop = await Shop.StartAsync();
        await using var other = await TestGateway.StartAsync(shop.Control);
        await other.TakeAsync(2, shop.Document, Shop.All(0));
        shop.Legacy.Answer = context => context.Response.WriteAsJsonAsync(new { id = 7, cart = 0 });
        using var app = shop.Gateway.Shopper();
        app.Bearer = "t1";
        await app.GetAsync("/login");
        using var again = app.At(other);

        var last = await again.PostAsync("/login");

        Assert.Equal(Side.New, other.Explain(last).Side);
    }

    private static Task Redirect(HttpContext context, string location)
    {
        context.Response.StatusCode = 303;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
