using Hub.Adapters.Tests;
using Hub.Control.Protocol;
using Hub.Servers;

namespace Hub.Vendors.Tests;

/// <summary>
/// An order of each marketplace, through the plane and its real stores, at each ERP and carrier: Tryton is a real one, the others are the stubs that their
/// connectors' requests were validated on. The shop in between is the test's own.
/// </summary>
public sealed class OrdersBetweenVendorsTests
{
    [Theory]
    [InlineData("amazon", "tryton", "shipengine", false)]
    [InlineData("shopify", "tryton", "ups", true)]
    [InlineData("amazon", "business-central", "ups", true)]
    [InlineData("shopify", "business-central", "shipengine", false)]
    [InlineData("amazon", "xero", "shipengine", true)]
    [InlineData("shopify", "xero", "ups", false)]
    public async Task OrderOfAMarketplace_IsBookedShippedAndConfirmedOnce(string market, string erp, string carrier, bool postgres)
    {
        await using var database = postgres ? await TestDatabase.PostgresAsync("vendors") : null;
        var counter = new CounterShop();
        await using var bench = new AdaptersBench { Vendors = [counter.Vendor], Store = database?.ConnectionString };
        await bench.InitializeAsync();
        await using var vendors = new VendorTown(market, erp, carrier);
        Assert.Empty(await bench.TakeAsync(vendors.Document));
        await vendors.ReferAsync(bench);

        // A marketplace begins when a poll first sees it, and the clock goes on before that: an order of this very second may be history.
        var order = vendors.Place(bench.Time.GetUtcNow() + TimeSpan.FromMinutes(1));
        var key = order.Key.ToString();
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "entered", $"{key} is entered into the shop");
        await bench.FeedAsync();
        await bench.UntilAsync(async () => await bench.StateAsync(key) is "confirmed" or "parked", $"{key} is confirmed");
        await bench.UntilAsync(async () => (await bench.OrdersAsync()).Single(view => view.Key == key).Waiting is null, "nothing is left to do");

        Assert.Equal(1, counter.TimesEntered(key));
        Assert.Equal(1, await vendors.SalesOfAsync(order.Key));
        Assert.Equal(1, vendors.LabelsOf(order.Key));
        var label = (await bench.GetAsync<OrderDetail>($"/api/orders/{key}")).Steps.Single(step => step.Step == "BookShipment" && step.Reference is not null).Reference;
        Assert.Equal([label], vendors.TrackingOf(order.Key));
        Assert.Contains(order.Buyer.Email, vendors.Contacts);
    }
}
