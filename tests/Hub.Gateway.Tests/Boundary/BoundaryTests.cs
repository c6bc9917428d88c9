using Hub.Gateway.Boundary;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Tests.Boundary;

public sealed class BoundaryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HubHeaders_SentByAClient_ReachNoSide(bool flipped)
    {
        await using var shop = await Shop.StartAsync(flipped);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        await shopper.GetAsync("/", ("Hub-Account", "1"), ("hub-name", "root"), ("HUB-Anything", "x"), ("Hub_Customer", "y"));

        var received = flipped ? shop.New.Requests.Last() : shop.Legacy.Requests.Last();
        Assert.Null(received.Header("Hub-Account"));
        Assert.Null(received.Header("Hub-Name"));
        Assert.Null(received.Header("Hub-Anything"));
        Assert.Null(received.Header("Hub_Customer"));
        Assert.Equal(flipped ? shopper.Hub.Key.ToString() : null, received.Identity?.Key);
    }

    [Fact]
    public async Task HubCookie_OfTheClient_ReachesNoSideAndOthersDo()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        shopper.Cookies["theme"] = "dark";

        await shopper.GetAsync("/");
        await shopper.GetAsync("/anything");

        Assert.Equal("theme=dark", Assert.Single(shop.New.Requests).Header("Cookie"));
        Assert.Equal("theme=dark", shop.Legacy.Requests.Last().Header("Cookie"));
    }

    [Fact]
    public async Task Host_OfTheClient_IsKeptForBothSides()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/", ("Host", "shop.test"));
        await shopper.GetAsync("/", ("Host", "shop.test"));

        Assert.Equal("shop.test", Assert.Single(shop.Legacy.Requests).Header("Host"));
        Assert.Equal("shop.test", Assert.Single(shop.New.Requests).Header("Host"));
    }

    [Theory]
    [Trait("Rule", "10")]
    [InlineData("public, max-age=60", false)]
    [InlineData("s-maxage=5", false)]
    [InlineData("max-age=60", false)]
    [InlineData("private, max-age=60", true)]
    [InlineData("no-store", true)]
    [InlineData(null, true)]
    public async Task VisitorCookie_OnAnAnswerThatASharedCacheMayKeep_IsNotSet(string? cacheControl, bool set)
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        shop.Legacy.Answer = context =>
        {
            context.Response.Headers.CacheControl = cacheControl;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("page");
        };

        await shopper.GetAsync("/");

        Assert.Equal(set, shopper.HubCookieValue is not null);
    }

    [Fact]
    [Trait("Rule", "10")]
    public async Task VisitorCookie_OnAnAssetWithAnETag_IsNotSet()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        shop.Legacy.Answer = context =>
        {
            context.Response.Headers.ETag = "\"1\"";
            context.Response.ContentType = "text/css";
            return context.Response.WriteAsync("body{}");
        };

        await shopper.GetAsync("/assets/shop.css");

        Assert.Null(shopper.HubCookieValue);
    }

    [Theory]
    [InlineData("hub=1", null)]
    [InlineData("a=1; hub=2; b=3", "a=1; b=3")]
    [InlineData("hub=2; b=3", "b=3")]
    [InlineData("a=1;b=2;hub=3", "a=1; b=2")]
    [InlineData("a=1; hubby=2", "a=1; hubby=2")]
    [InlineData("hub=1; hub=2; c", "c")]
    [InlineData(";;hub=1;;", null)]
    public void Without_HubCookie_KeepsTheOthers(string header, string? expected) =>
        Assert.Equal(expected, CookieHeader.Without(header, "hub"));
}
