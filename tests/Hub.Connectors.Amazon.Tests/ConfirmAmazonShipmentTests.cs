using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.References;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Amazon.Tests;

/// <summary>What Amazon is told of parcels, and of prices.</summary>
public sealed class ConfirmAmazonShipmentTests : ConnectorContract<AmazonStub>
{
    private static readonly Order Order = SampleOrders.Plain("amazon/302-0000001-1234567");

    protected override AmazonStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAmazon(AmazonTestOptions.At(Stub.Address, Bench));

    [Fact]
    public async Task Confirm_OrderThatCameThroughTheShop_TellsAmazonsOwnItems()
    {
        Stub.Place(Order with { Lines = [Order.Lines[0] with { Id = "77" }] }, Bench.Time.GetUtcNow());

        Done(await ConfirmAsync(Parcel("JD001")));

        var told = Assert.Single(Stub.Of(AmazonStub.Confirm)).Json;
        Assert.Equal(AmazonTestOptions.Germany, $"{told["marketplaceId"]}");
        Assert.Equal("""[{"orderItemId":"77","quantity":2}]""", told["packageDetail"]!["orderItems"]!.ToJsonString());
        Assert.Matches("^[1-9][0-9]{0,8}$", told["packageDetail"]!["packageReferenceId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Confirm_ArticleInTwoItems_FillsOneAfterTheOther()
    {
        var line = Order.Lines[0];
        Stub.Place(Order with { Lines = [line with { Id = "1" }, line with { Id = "2" }] }, Bench.Time.GetUtcNow());

        Done(await ConfirmAsync(Parcel("JD001") with { Lines = [new ParcelLine(line.Sku, 3)] }));
        Done(await ConfirmAsync(Parcel("JD002") with { Lines = [new ParcelLine(line.Sku, 1)] }));

        Assert.Equal(
            ["""[{"orderItemId":"1","quantity":2},{"orderItemId":"2","quantity":1}]""", """[{"orderItemId":"2","quantity":1}]"""],
            Stub.Of(AmazonStub.Confirm).Select(request => request.Json["packageDetail"]!["orderItems"]!.ToJsonString()));
    }

    [Fact]
    public async Task Confirm_MorePiecesThanAreOpen_IsRefusedAndNotTold()
    {
        Stub.Place(Order, Bench.Time.GetUtcNow());

        var outcome = await ConfirmAsync(Parcel("JD001") with { Lines = [new ParcelLine(Order.Lines[0].Sku, 3)] });

        Assert.Contains("Seller Central", Assert.IsType<CallOutcome<OrderKey>.Refused>(outcome).Reason, StringComparison.Ordinal);
        Assert.Empty(Stub.Of(AmazonStub.Confirm));
    }

    [Fact]
    public async Task Confirm_CancelledMeanwhile_IsRefusedWithWhatToDo()
    {
        Stub.Place(Order, Bench.Time.GetUtcNow());
        Stub.Cancel(Order.Key, Bench.Time.GetUtcNow());

        Assert.Contains("have it stopped", Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(Parcel("JD001"))).Reason, StringComparison.Ordinal);
        Assert.Empty(Stub.Of(AmazonStub.Confirm));
    }

    [Fact]
    public async Task Confirm_RefusedByAmazon_TellsItsWords()
    {
        Stub.Place(Order, Bench.Time.GetUtcNow());
        Stub.Answer(AmazonStub.Confirm, AmazonStub.Error(400, "InvalidInput", "Ship date is before the order.").With("x-amzn-RequestId", "req-1"));

        Assert.Equal(
            "Amazon answered 400 (its support finds the call by req-1): Ship date is before the order. (InvalidInput).",
            Assert.IsType<CallOutcome<OrderKey>.Refused>(await ConfirmAsync(Parcel("JD001"))).Reason);
    }

    [Theory]
    [InlineData("dhl", null, "DHL", null)]
    [InlineData("Bicycle Express", null, "Other", "Bicycle Express")]
    [InlineData("Bicycle Express", "Hermes", "Hermes", null)]
    public async Task Confirm_Carrier_IsAmazonsCodeOrOtherWithItsName(string ours, string? row, string code, string? name)
    {
        Stub.Place(Order, Bench.Time.GetUtcNow());
        if (row is not null)
        {
            Bench.Refer(CrossReferences.Services, ours, row);
        }

        Done(await ConfirmAsync(Parcel("JD001") with { Carrier = ours }));

        var package = Stub.Of(AmazonStub.Confirm)[0].Json["packageDetail"]!;
        Assert.Equal((code, name), ($"{package["carrierCode"]}", package["carrierName"]?.ToString()));
    }

    [Fact]
    public async Task Price_OfAListing_IsSetInTheFirstMarketplace()
    {
        Stub.Listings["TS-001"] = [];

        Assert.Empty(Done(await EndAsync(Port<IPriceSink>().SetAsync([new ArticlePrice(Sku.Parse("TS-001"), Money.Parse("19.90 EUR"))], Cancel))));

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""[{"marketplace_id":"{{AmazonTestOptions.Germany}}","currency":"EUR","our_price":[{"schedule":[{"value_with_tax":19.90}]}]}]"""),
            Stub.Listings["TS-001"]["purchasable_offer"]));
    }

    [Fact]
    public async Task Stock_ArticleWithoutARow_NamesTheRow()
    {
        Bench.Refer(CrossReferences.Items, "OURS-1", "LISTING-1");

        var outcome = Assert.IsType<CallOutcome<System.Collections.Immutable.ImmutableArray<NotTaken>>.Refused>(
            await EndAsync(Port<IStockSink>().SetAsync([new StockLevel(Sku.Parse("TS-001"), 1)], Cancel)));

        Assert.Equal(new MissingReference(CrossReferences.Items, "TS-001"), outcome.Missing);
        Assert.Empty(Stub.Of(AmazonStub.Patch));
    }

    private static Shipment Parcel(string tracking) => new(TrackingNumber.Parse(tracking), "DHL");

    private Task<CallOutcome<OrderKey>> ConfirmAsync(Shipment shipment) => EndAsync(Port<IOrderConfirmation>().ConfirmAsync(Order, shipment, Cancel));

    private static T Done<T>(CallOutcome<T> outcome) => Assert.IsType<CallOutcome<T>.Done>(outcome).Value;
}
