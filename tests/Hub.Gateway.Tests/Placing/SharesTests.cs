using System.Net;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;

namespace Hub.Gateway.Tests.Placing;

[Trait("Rule", "2")]
public sealed class SharesTests
{
    [Fact]
    public async Task FirstGet_WithoutCookie_GoesToDeclaredSideAndGetsAKey()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();

        var first = await shopper.GetAsync("/");
        var second = await shopper.GetAsync("/");

        Assert.Equal("legacy", await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PlacementReason.Declared, shop.Gateway.Explain(first).Reason);
        Assert.Equal("new", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PlacementReason.Share, shop.Gateway.Explain(second).Reason);
        Assert.False(second.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task FirstPost_WithoutCookie_GetsItsKeyBeforeItIsPlaced()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();

        var response = await shopper.PostAsync("/cart/add", "productId=1");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(shopper.Hub.Key.ToString(), Assert.Single(shop.New.Requests).Identity?.Key);
        Assert.Equal("productId=1", Assert.Single(shop.New.Requests).Body);
    }

    [Fact]
    [Trait("Rule", "5")]
    public async Task FirstGetThatWrites_WithoutCookie_GetsItsKeyBeforeItIsPlaced()
    {
        await using var shop = await Shop.StartAsync();
        await shop.Gateway.TakeAsync(2, shop.Document.Replace(
            "\"cart\": { \"Reads\": [ \"carts\" ] }", "\"cart\": { \"Writes\": [ \"carts\" ], \"GetWrites\": true }", StringComparison.Ordinal), Shop.All(10_000));
        using var shopper = shop.Gateway.Shopper();

        await shopper.GetAsync("/cart");

        Assert.Equal(shopper.Hub.Key.ToString(), Assert.Single(shop.Control.Claims).Key);
    }

    [Fact]
    public async Task Cohort_NamedByHeader_ComesBeforeShare()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        var staff = await shopper.GetAsync("/", ("X-Staff", "yes"));
        var other = await shopper.GetAsync("/");

        Assert.Equal((Side.New, PlacementReason.Cohort), (shop.Gateway.Explain(staff).Side, shop.Gateway.Explain(staff).Reason));
        Assert.Equal(Side.Legacy, shop.Gateway.Explain(other).Side);
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task Flip_SameDocument_RebuildsNoEndpointAndHoldsFromTheNextRequest()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        var before = shop.Gateway.Model;
        var endpoints = shop.Gateway.Endpoints();

        Assert.Empty(await shop.Gateway.TakeAsync(2, null, Shop.All(10_000)));
        var after = await shopper.GetAsync("/");

        Assert.Equal((Side.New, 2), (shop.Gateway.Explain(after).Side, shop.Gateway.Explain(after).Revision.Number));
        Assert.Same(before.Routes, shop.Gateway.Model.Routes);
        Assert.Same(endpoints, shop.Gateway.Endpoints());
    }

    [Fact]
    [Trait("Rule", "5")]
    public async Task PostThatReads_Declared_FollowsTheShare()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();

        var response = await shopper.PostAsync("/search", "q=lamp");

        Assert.Equal((Side.New, PlacementReason.Share), (shop.Gateway.Explain(response).Side, shop.Gateway.Explain(response).Reason));
    }
}
