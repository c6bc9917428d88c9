using System.Net;
using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Connectors;
using Hub.Control.Protocol;
using Hub.Processes;
using Hub.Town.Business;
using Hub.Town.Business.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests;

public sealed class ReconciliationTests(AdaptersBench bench) : IClassFixture<AdaptersBench>
{
    private static readonly DateOnly Today = new(2027, 1, 31);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Each fact has a channel of its own in the same town.</summary>
    [Fact]
    public async Task Reconcile_OrdersThatWentTheirWay_AgreeEverywhere()
    {
        var placed = await bench.AskTownAsync<JsonElement>(HttpMethod.Post, new Uri(bench.Addresses.Marketplace, "/orders"), TownTokens.Marketplace);
        var market = $"market/{placed.GetProperty("id").GetString()}";
        await WalkAsync("agree/1", "agree/2");
        await bench.UntilAsync(async () => await bench.StateAsync(market) == "entered", $"{market} is entered");
        await bench.FeedAsync();
        await bench.UntilAsync(async () => await bench.StateAsync(market) == "confirmed", $"{market} is confirmed");

        var own = await bench.ReconcileAsync(Today, "agree");
        Assert.Equal(new ReconciledSum("agree", "EUR", new SideSum(2, 39.80m), new SideSum(2, 39.80m), new SideSum(2, null), null), Assert.Single(own.Sums));
        Assert.Empty(own.Differences);
        Assert.Equal(("UTC", true), (own.Zone, own.Complete));

        var sold = Assert.Single((await bench.ReconcileAsync(Today, "market")).Sums);
        Assert.Equal((1, 1, 1, 1), (sold.Shop.Count, sold.Erp!.Count, sold.Carrier!.Count, sold.Marketplace!.Count));
        Assert.Equal((sold.Shop.Sum, sold.Shop.Sum), (sold.Erp.Sum, sold.Marketplace.Sum));
        Assert.Empty((await bench.ReconcileAsync(Today.AddDays(-1), "agree")).Sums);
    }

    [Theory]
    [InlineData("twice", "2 sales", "unexplained")]
    [InlineData("stranger", "no order explains it", "unexplained")]
    [InlineData("lost", "no sale", "unexplained")]
    [InlineData("voided", "is not there", "voided label")]
    [InlineData("label", "the label TC", "unexplained")]
    [InlineData("sum", "is 1 EUR", "unexplained")]
    public async Task Reconcile_BooksThatSomebodyTamperedWith_AreNamed(string channel, string what, string points)
    {
        var key = $"{channel}/1";
        await WalkAsync(key);
        switch (channel)
        {
            case "twice":
                await SellAsync(key, 19.90m);
                break;
            case "stranger":
                key = "stranger/2";
                await SellAsync(key, 5);
                break;
            case "lost":
                await CancelSaleAsync(key);
                break;
            case "sum":
                await CancelSaleAsync(key);
                await SellAsync(key, 1);
                break;
            case "voided":
                using (await bench.SendTownAsync(HttpMethod.Delete, new Uri(bench.Addresses.Carrier, $"/shipments/{await ReferenceAsync(key, "BookShipment")}"), TownTokens.Carrier))
                {
                }

                break;
            default:
                key = "label/2";
                await bench.AskTownAsync<JsonElement>(
                    HttpMethod.Post, new Uri(bench.Addresses.Carrier, "/shipments"), TownTokens.Carrier,
                    new { reference = key, address = new { name = "A", street = "B", city = "C", zip = "D", country = "DE" }, weight = 1 });
                break;
        }

        var difference = Assert.Single((await bench.ReconcileAsync(Today, channel)).Differences);
        Assert.Equal((key, points), (difference.Key, difference.PointsTo));
        Assert.Contains(what, difference.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reconcile_WhatStandsStill_PointsToItsReason()
    {
        await bench.ReceiveAsync(bench.Order("still/parked", sku: "XX-1"));
        await bench.ReceiveAsync(bench.Order("still/nowhere", country: "Germany"));
        await bench.ReceiveAsync(bench.Order("still/history", minutesAgo: 300));
        await bench.UntilAsync(
            async () => await bench.StateAsync("still/parked") == "parked" && await bench.StateAsync("still/nowhere") == "parked" && await bench.StateAsync("still/history") == "not booked",
            "they stand still");

        var view = await bench.ReconcileAsync(Today, "still");
        Assert.Equal(
            [("still/history", "erp", "before the intake"), ("still/nowhere", "carrier", "parked"), ("still/parked", "erp", "parked")],
            view.Differences.Select(difference => (difference.Key, difference.Side, difference.PointsTo)));
        Assert.Contains("There is no item XX-1", view.Differences[2].Detail, StringComparison.Ordinal);
        var sum = Assert.Single(view.Sums);
        Assert.Equal((3, 1, 0), (sum.Shop.Count, sum.Erp!.Count, sum.Carrier!.Count));
    }

    [Fact]
    public async Task Reconcile_SideThatIsDown_IsToldAndNotCalledEmpty()
    {
        await WalkAsync("down/1");
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial(Down: true));
        var view = await bench.ReconcileAsync(Today, "down");
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial());

        Assert.False(view.Complete);
        Assert.Contains(view.Notes, note => note.StartsWith("erp: erp could not be asked", StringComparison.Ordinal));
        Assert.Empty(view.Differences);
        Assert.Null(Assert.Single(view.Sums).Erp);
    }

    [Fact]
    public async Task Reconcile_OrderThatCannotBeRead_PointsToItsDeadLetter()
    {
        var odd = new UnreadableOrder(Commerce.OrderKey.Parse("odd/1"), "{\"id\":\"1\"}", "It has no lines.");
        await bench.Services.GetRequiredService<IProcessStore>().BuryAsync(OrderDefinition.Unreadable(odd), odd.Reason, Cancel);
        await SellAsync("odd/1", 5);

        var difference = Assert.Single((await bench.ReconcileAsync(Today, "odd")).Differences);
        Assert.Equal(("odd/1", "dead letter"), (difference.Key, difference.PointsTo));
        Assert.Contains("It has no lines.", difference.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"day":"2027-02-02"}""", "has not begun")]
    [InlineData("""{"day":"2027-01-31","channel":"a/b"}""", "is no channel")]
    public async Task Start_WhatCannotBeCompared_IsRefusedWithAReason(string request, string words)
    {
        using var response = await bench.SendAsync(HttpMethod.Post, "/api/reconciliations", new StringContent(request, null, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(words, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var nobody = await bench.SendAsync(HttpMethod.Get, "/api/reconciliations/4711");
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    private async Task WalkAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            using var taken = await bench.ReceiveAsync(bench.Order(key));
            Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
            await bench.UntilAsync(async () => await bench.StateAsync(key) == "shipped", $"{key} is shipped");
        }
    }

    private async Task<string> ReferenceAsync(string key, string step) =>
        (await bench.GetAsync<OrderDetail>($"/api/orders/{key}")).Steps.Single(one => one.Step == step && one.Outcome == "done").Reference!;

    private Task<JsonElement> SellAsync(string key, decimal total) => bench.AskTownAsync<JsonElement>(
        HttpMethod.Post, new Uri(bench.Addresses.Erp, "/sales"), TownTokens.Erp,
        new { reference = key, customer = "somebody", lines = new[] { new { sku = "TS-001", quantity = 1, unitPrice = total } }, total, currency = "EUR" });

    private async Task CancelSaleAsync(string key)
    {
        using var response = await bench.SendTownAsync(
            HttpMethod.Post, new Uri(bench.Addresses.Erp, $"/sales/{await ReferenceAsync(key, "BookOrder")}/cancel"), TownTokens.Erp);
    }
}
