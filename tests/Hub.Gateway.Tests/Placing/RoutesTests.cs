using Hub.Control.Protocol;
using Hub.Gateway.Tests.Hosting;

namespace Hub.Gateway.Tests.Placing;

/// <summary>Several routes of one path, in several groups.</summary>
public sealed class RoutesTests
{
    [Theory]
    [Trait("Rule", "4")]
    [InlineData("/index.php?route=product/product&product_id=7", null, null, "product", "new")]
    [InlineData("/index.php?route=product%2Fproduct", null, null, "product", "new")]
    [InlineData("/index.php?product_id=7&route=product/product", null, null, "product", "new")]
    [InlineData("/index.php?route=product/category&path=3", null, null, "category", "legacy")]
    [InlineData("/index.php?route=account/login", null, null, "rest", "legacy")]
    [InlineData("/index.php?Route=product/product", null, null, "product", "new")]
    [InlineData("/index.php", null, null, "rest", "legacy")]
    [InlineData("/start", "de.shop.example", null, "start-de", "new")]
    [InlineData("/start", "fr.shop.example", null, "start-others", "legacy")]
    [InlineData("/start", "DE.shop.example", null, "start-de", "new")]
    [InlineData("/start", "shop.example", null, "rest", "legacy")]
    [InlineData("/api/list", null, "app/7.1", "list-of-the-app", "new")]
    [InlineData("/api/list", null, "app/6.9", "rest", "legacy")]
    [InlineData("/api/list", null, null, "rest", "legacy")]
    public async Task Routes_OfOnePath_FlipWithTheirGroups(string path, string? host, string? app, string route, string side)
    {
        await using var legacy = await Upstream.StartAsync("legacy");
        await using var storefront = await Upstream.StartAsync("new");
        await using var gateway = await TestGateway.StartAsync();
        Assert.Empty(await gateway.TakeAsync(1, Document(legacy.Url, storefront.Url), ("one", new GroupState(10_000)), ("other", new GroupState(0))));
        using var shopper = gateway.Shopper();
        await shopper.GetAsync("/");

        var response = await shopper.GetAsync(path, [.. host is null ? [] : new[] { ("Host", host) }, .. app is null ? [] : new[] { ("X-App", app) }]);

        Assert.Equal(
            (route, side), (gateway.Explain(response).Route, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    private static string Document(string legacy, string storefront) => $$"""
        {
          "ReverseProxy": {
            "Routes": {
              "product": { "ClusterId": "legacy", "Match": { "Path": "/index.php", "QueryParameters": [ { "Name": "route", "Values": [ "product/product" ] } ] } },
              "category": { "ClusterId": "legacy", "Match": { "Path": "/index.php", "QueryParameters": [ { "Name": "route", "Values": [ "product/category" ] } ] } },
              "start-de": { "ClusterId": "legacy", "Match": { "Path": "/start", "Hosts": [ "de.shop.example" ] } },
              "start-others": { "ClusterId": "legacy", "Match": { "Path": "/start", "Hosts": [ "*.shop.example" ] } },
              "list-of-the-app": { "ClusterId": "legacy", "Match": { "Path": "/api/list", "Headers": [ { "Name": "X-App", "Values": [ "app/7" ], "Mode": "HeaderPrefix" } ] } },
              "rest": { "ClusterId": "legacy", "Order": 1000, "Match": { "Path": "/{**rest}" } }
            },
            "Clusters": {
              "legacy": { "Destinations": { "one": { "Address": "{{legacy}}" } } },
              "storefront": { "Destinations": { "one": { "Address": "{{storefront}}" } } }
            }
          },
          "Hub": { "Groups": {
            "one": { "New": "storefront", "Routes": { "product": {}, "start-de": {}, "list-of-the-app": {} } },
            "other": { "New": "storefront", "Routes": { "category": {}, "start-others": {} } }
          } }
        }
        """;
}
