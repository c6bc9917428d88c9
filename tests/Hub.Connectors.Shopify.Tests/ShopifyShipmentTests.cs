using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

public sealed class ShopifyShipmentTests : OrderConfirmationContract<ShopifyStub>
{
    private static readonly Order Sold = SampleOrders.Plain("shopify/1") with
    {
        Lines =
        [
            new OrderLine(Sku.Parse("TS-001"), "Teapot", 3, Money.Parse("9.95 EUR")) { Id = "gid://shopify/LineItem/100000" },
            new OrderLine(Sku.Parse("TS-002"), "Cup", 4, Money.Parse("2.00 EUR")) { Id = "gid://shopify/LineItem/100001" },
        ],
    };

    private IOrderConfirmation Confirmation => Port<IOrderConfirmation>();

    protected override ShopifyStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(ShopifyTestOptions.At(Stub.Address, Bench));

    protected override Order Shippable()
    {
        Stub.Place(Sold, Bench.Time.GetUtcNow());
        return Sold;
    }

    protected override bool IsConfirming(StubRequest request) => ShopifyStub.Is(request, "HubFulfill");

    protected override IReadOnlyList<string> TrackingOf(OrderKey key) => [.. Stub.ToldOf(key).Select(parcel => parcel.Tracking)];

    [Fact]
    public async Task Confirm_WholeOrder_TellsTrackingCarrierAndBuyer()
    {
        Assert.IsType<CallOutcome<OrderKey>.Done>(await ConfirmAsync(Shippable(), "JD001"));

        Assert.Equal([("JD001", 7, ShopifyStub.Berlin)], Stub.ToldOf(Sold.Key));
        var told = Assert.Single(Stub.Requests, IsConfirming).Json["variables"]!["fulfillment"]!;
        Assert.Equal(("DHL", true), ($"{told["trackingInfo"]!["company"]}", (bool)told["notifyCustomer"]!));
    }

    [Fact]
    public async Task Confirm_Parcels_TellWhatIsInEach()
    {
        Shippable();
        await ConfirmAsync(Sold, "JD001", new ParcelLine(Sku.Parse("TS-001"), 2), new ParcelLine(Sku.Parse("TS-002"), 1));
        await ConfirmAsync(Sold, "JD002", new ParcelLine(Sku.Parse("TS-002"), 3), new ParcelLine(Sku.Parse("TS-001"), 1));

        Assert.Equal([("JD001", 3, ShopifyStub.Berlin), ("JD002", 4, ShopifyStub.Berlin)], Stub.ToldOf(Sold.Key));
    }

    [Fact]
    public async Task Confirm_MoreThanIsLeft_IsRefusedAndTellsNothing()
    {
        Shippable();

        var refused = Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(Sold, "JD001", new ParcelLine(Sku.Parse("TS-001"), 4)));

        Assert.Contains("JD001", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(Stub.ToldOf(Sold.Key));
    }

    [Fact]
    public async Task Confirm_OrderOfTwoLocations_IsToldOnceForEachWhateverFailsBetween()
    {
        Shippable();
        Stub.Split(Sold.Key);
        var calls = 0;
        Stub.Fail(StubFault.CutAfter, request => IsConfirming(request) && ++calls == 1);

        Assert.IsType<CallOutcome<OrderKey>.Unknown>(await ConfirmAsync(Sold, "JD001"));
        Assert.IsType<CallOutcome<OrderKey>.Done>(await ConfirmAsync(Sold, "JD001"));
        Assert.IsType<CallOutcome<OrderKey>.Done>(await ConfirmAsync(Sold, "JD001"));

        Assert.Equal([("JD001", 3, ShopifyStub.Berlin), ("JD001", 4, ShopifyStub.Lyon)], Stub.ToldOf(Sold.Key));
    }

    [Fact]
    public async Task Confirm_ParcelOfOneOfTwoLocations_IsToldThere()
    {
        Shippable();
        Stub.Split(Sold.Key);

        Assert.IsType<CallOutcome<OrderKey>.Done>(await ConfirmAsync(Sold, "JD001", new ParcelLine(Sku.Parse("TS-002"), 2)));
        Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(Sold, "JD002", new ParcelLine(Sku.Parse("TS-001"), 1), new ParcelLine(Sku.Parse("TS-002"), 1)));

        Assert.Equal([("JD001", 2, ShopifyStub.Lyon)], Stub.ToldOf(Sold.Key));
    }

    [Theory]
    [InlineData("ON_HOLD", "Address is wrong")]
    [InlineData("SCHEDULED", "later")]
    [InlineData("INCOMPLETE", "INCOMPLETE")]
    [InlineData("SOMETHING_NEW", "SOMETHING_NEW")]
    public async Task Confirm_OrderThatMayNotBeSent_IsRefusedWithWords(string status, string words)
    {
        Shippable();
        Stub.Change(Sold.Key, order =>
        {
            order["fulfillmentOrders"]![0]!["status"] = status;
            order["fulfillmentOrders"]![0]!["fulfillmentHolds"] = new JsonArray(new JsonObject { ["displayReason"] = "Address is wrong", ["reasonNotes"] = "asked the buyer" });
        });

        Assert.Contains(words, Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(Sold, "JD001")).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Stub.Requests, IsConfirming);
    }

    [Fact]
    public async Task Confirm_OrderThatIsCancelledOrGone_IsRefusedWithWords()
    {
        Shippable();
        Stub.Change(Sold.Key, order => order["cancelledAt"] = "2027-01-31T05:00:00Z");
        Assert.Contains("cancelled in Shopify", Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(Sold, "JD001")).Reason, StringComparison.Ordinal);

        var gone = Sold with { Key = OrderKey.Parse("shopify/2") };
        Assert.Contains("does not know", Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(gone, "JD001")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirm_ToldByHandOfAnotherParcel_IsRefusedAndNotToldTwice()
    {
        Assert.IsType<CallOutcome<OrderKey>.Done>(await ConfirmAsync(Shippable(), "BY-HAND"));

        Assert.Contains("another parcel", Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(Sold, "JD001")).Reason, StringComparison.Ordinal);
        Assert.Equal(["BY-HAND"], TrackingOf(Sold.Key));
    }

    [Fact]
    public async Task Confirm_ShopifysUserErrors_AreRefusedWithItsWords()
    {
        Shippable();
        Stub.Answer("HubFulfill", StubAnswer.Json("""
            {"data":{"fulfillmentCreate":{"fulfillment":null,"userErrors":[{"field":["fulfillment"],"message":"Tracking company is too long."}]}}}
            """));

        Assert.Contains("Tracking company is too long.", Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(Sold, "JD001")).Reason, StringComparison.Ordinal);
    }

    private Task<CallOutcome<OrderKey>> ConfirmAsync(Order order, string tracking, params ParcelLine[] lines) => EndAsync(Confirmation.ConfirmAsync(
        order, new Shipment(TrackingNumber.Parse(tracking), "DHL") { Lines = [.. lines] }, Cancel));
}
