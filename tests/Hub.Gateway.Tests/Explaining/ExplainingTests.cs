using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Gateway.Explaining;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Gateway.Tests.Explaining;

[Trait("Rule", "15")]
public sealed class ExplainingTests
{
    [Fact]
    public async Task EachResponse_CarriesAnIdThatSaysWhereAndWhy()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        var grouped = shop.Gateway.Explain(await shopper.GetAsync("/"));
        var ungrouped = shop.Gateway.Explain(await shopper.GetAsync("/anything"));

        Assert.Equal(("home", "catalog", Side.New, PlacementReason.Share), (grouped.Route, grouped.Group, grouped.Side, grouped.Reason));
        Assert.Equal(("gateway", new RevisionId("0000000a", 1)), (grouped.Plane, grouped.Revision));
        Assert.Equal(("rest", null, PlacementReason.Ungrouped), (ungrouped.Route, ungrouped.Group, ungrouped.Reason));
    }

    [Fact]
    public async Task Id_Tampered_ExplainsNothing()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        var ids = shop.Gateway.Services.GetRequiredService<RequestIds>();
        var id = (await shopper.GetAsync("/")).Headers.GetValues("Hub-Request-Id").Single();

        Assert.NotNull(ids.Open(id));
        Assert.Null(ids.Open((id[0] == 'A' ? 'B' : 'A') + id[1..]));
        Assert.Null(ids.Open(id[..^4]));
        Assert.Null(ids.Open("not an id"));
        Assert.Null(ids.Open(new string('A', 10_000)));
    }

    [Fact]
    public async Task Ids_OfManyRequests_AreAllDifferent()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => shopper.GetAsync("/")));

        Assert.Equal(200, answers.Select(answer => answer.Headers.GetValues("Hub-Request-Id").Single()[..16]).Distinct().Count());
    }

    [Fact]
    public async Task Prediction_MatchesTheRealRoutesAndHasNoEffect()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        var prediction = shop.Gateway.Services.GetRequiredService<Prediction>();
        var headers = ImmutableSortedDictionary<string, string>.Empty.Add("Cookie", $"hub={shopper.HubCookieValue}");
        var before = (shop.Control.Calls, shop.New.Requests.Count, shop.Legacy.Requests.Count);

        var home = await prediction.OfAsync(new ExplainRequest(null, "GET", "/", headers), "/");
        var write = await prediction.OfAsync(new ExplainRequest(null, "POST", "/cart/add", headers), "/cart/add");
        var stranger = await prediction.OfAsync(new ExplainRequest(null, "GET", "/"), "/");
        var staff = await prediction.OfAsync(
            new ExplainRequest(null, "GET", "/", headers.Add("X-Staff", "1")), "/");
        var rest = await prediction.OfAsync(new ExplainRequest(null, "GET", "/a/b?c=d"), "/a/b?c=d");

        Assert.Equal(("home", "catalog", "new", "share"), (home!.Route, home.Group, home.Side, home.Reason));
        Assert.Equal(("cart-add", "new"), (write!.Route, write.Side));
        Assert.Contains("claim", write.Words, StringComparison.Ordinal);
        Assert.Equal("declared", stranger!.Reason);
        Assert.Equal("cohort", staff!.Reason);
        Assert.Equal(("rest", "ungrouped"), (rest!.Route, rest.Reason));
        Assert.Equal(before, (shop.Control.Calls, shop.New.Requests.Count, shop.Legacy.Requests.Count));
    }

    [Fact]
    public async Task Ledger_KeepsErrorsAndFindsThemByCustomerOrderAndAddress()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        shop.New.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("broken");
        };
        var broken = await shopper.GetAsync("/");
        var callback = await shopper.PostAsync("/payment/callback", "order=TS-9");
        using var provider = shop.Gateway.Shopper();
        await provider.PostAsync("/payment/callback", "order=TS-9");
        var ledger = shop.Gateway.Services.GetRequiredService<Ledger>();

        await TestWait.UntilAsync(() => ledger.Find(null, null, null, null).Count == 4);

        var error = Assert.Single(ledger.Find(shopper.Hub.Key.ToString(), null, null, null), entry => entry.Id == broken.Headers.GetValues("Hub-Request-Id").Single());
        Assert.Equal(("error", 500, "new", "/"), (error.Kind, error.Status, error.Side, error.Path));
        Assert.Equal("order TS-9", Assert.Single(ledger.Find(null, "TS-9", null, null)).Order);
        Assert.Equal(4, ledger.Find(null, null, "127.0.0.1", null).Count);
        Assert.Empty(ledger.Find(null, null, null, TimeProvider.System.GetUtcNow().AddMinutes(1)));
        Assert.NotNull(callback);
    }
}
