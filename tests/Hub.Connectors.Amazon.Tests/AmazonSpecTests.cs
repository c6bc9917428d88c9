using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.References;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Specs;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Amazon.Tests;

/// <summary>What is sent, held against Amazon's own descriptions; and their own answers, read.</summary>
public sealed class AmazonSpecTests : ConnectorContract<AmazonStub>
{
    private const string OrdersFile = "amazon-sp-api/models/orders_2026-01-01.json";

    private readonly SpecValidator _orders = SpecValidator.Open(OrdersFile);
    private readonly SpecValidator _confirmations = SpecValidator.Open("amazon-sp-api/models/ordersV0.json");
    private readonly SpecValidator _listings = SpecValidator.Open("amazon-sp-api/models/listingsItems_2021-08-01.json");

    private DateTimeOffset Begin => Bench.Time.GetUtcNow() - TimeSpan.FromHours(6);

    protected override AmazonStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAmazon(AmazonTestOptions.At(Stub.Address, Bench, byAmazon: true));

    [Fact]
    public async Task Requests_ForOrders_AreAsDescribed()
    {
        for (var i = 0; i <= AmazonStub.PageSize; i++)
        {
            Stub.Place(SampleOrders.Plain($"amazon/302-000000{i}-1234567"), Begin + TimeSpan.FromMinutes(i + 1));
        }

        var first = Done(await EndAsync(Port<IOrderSource>().FetchAsync(Begin, null, Cancel)));
        Done(await EndAsync(Port<IOrderSource>().FetchAsync(Begin, first.Next, Cancel)));

        Assert.Equal(2, Stub.Of(AmazonStub.Search).Length);
        _orders.AssertValid(Stub.Of(AmazonStub.Search));
    }

    [Fact]
    public async Task Requests_ForShipments_AreAsDescribed()
    {
        var order = SampleOrders.Plain("amazon/302-0000001-1234567");
        Stub.Place(order, Begin);
        foreach (var (tracking, carrier) in new[] { ("JD001", "DHL"), ("JD002", "Bicycle Express") })
        {
            Done(await EndAsync(Port<IOrderConfirmation>().ConfirmAsync(
                order, new Shipment(TrackingNumber.Parse(tracking), carrier) { Service = "Standard", Lines = [new ParcelLine(order.Lines[0].Sku, 1)] }, Cancel)));
        }

        _orders.AssertValid(Stub.Of("GET /orders/2026-01-01/orders/{id}"));
        Assert.Equal(2, Stub.Of(AmazonStub.Confirm).Length);
        _confirmations.AssertValid(Stub.Of(AmazonStub.Confirm));
    }

    [Fact]
    public async Task Requests_ForStockAndPrices_AreAsDescribed()
    {
        Bench.Refer(CrossReferences.Items, "TS-001", "Tea pots/blue ä");
        Stub.Listings["Tea pots/blue ä"] = [];
        await EndAsync(Port<IStockSink>().SetAsync([new StockLevel(Sku.Parse("TS-001"), 5)], Cancel));
        await EndAsync(Port<IPriceSink>().SetAsync([new ArticlePrice(Sku.Parse("TS-001"), Money.Parse("9.95 EUR"))], Cancel));

        var sent = Stub.Requests.Where(request => request.Method == "PATCH").ToList();
        Assert.Equal(2, sent.Count);
        Assert.All(sent, request => Assert.EndsWith("/Tea%20pots%2Fblue%20%C3%A4", request.Path, StringComparison.Ordinal));
        _listings.AssertValid(sent);
    }

    [Fact]
    public async Task Answers_OfTheDescription_AreRead()
    {
        // 1. Its example of a page, as an order that is still to be shipped.
        var page = SpecExamples.Open(OrdersFile).Answer("GET /orders/2026-01-01/orders");
        var example = ToShip(page);
        Stub.Answer(AmazonStub.Search, StubAnswer.Json(page));
        var fetched = Done(await EndAsync(Port<IOrderSource>().FetchAsync(Begin, null, Cancel)));

        var order = Assert.Single(fetched.Orders);
        Assert.Equal($"amazon/{example["orderId"]}", order.Key.ToString());
        Assert.Equal((Money.Parse("154.99 USD"), "STANDARD"), (order.Total, order.ShipService));
        Assert.Equal(["49.99 USD", "49.99 USD"], order.Lines.Select(line => line.UnitPrice.ToString()));
        Assert.Equal(["12345678901234", "12345678901235"], order.Lines.Select(line => line.Id));
        Assert.Equal(("123 Main Street", "Suite 456", "WA", "Smith Industries LLC"), (order.ShipTo.Street, order.ShipTo.Street2, order.ShipTo.Region, order.ShipTo.Company));
        Assert.NotNull(fetched.Next);

        // 2. The pages of its sandbox: one of Japan that Amazon ships, one of Britain, one of Brazil.
        var model = JsonNode.Parse(await File.ReadAllTextAsync(SpecFolder.Find(OrdersFile), Cancel))!;
        var pairs = (JsonArray)model["paths"]!["/orders/2026-01-01/orders"]!["get"]!["responses"]!["200"]!["x-amzn-api-sandbox"]!["static"]!;
        var totals = new List<string>();
        foreach (var pair in pairs)
        {
            var answer = pair!["response"]!.DeepClone();
            ToShip(answer);
            Stub.Answer(AmazonStub.Search, StubAnswer.Json(answer));
            var read = Done(await EndAsync(Port<IOrderSource>().FetchAsync(Begin, null, Cancel)));
            Assert.Empty(read.Unreadable);
            totals.AddRange(read.Orders.Select(one => one.Total.ToString()));
        }

        Assert.Equal(["19940 JPY", "34.99 GBP", "1599.90 BRL"], totals);
    }

    [Fact]
    public async Task Answers_OfListings_AreRead()
    {
        var model = JsonNode.Parse(await File.ReadAllTextAsync(SpecFolder.Find("amazon-sp-api/models/listingsItems_2021-08-01.json"), Cancel))!;
        var pairs = (JsonArray)model["paths"]!["/listings/2021-08-01/items/{sellerId}/{sku}"]!["patch"]!["responses"]!["200"]!["x-amzn-api-sandbox"]!["static"]!;
        var level = new StockLevel(Sku.Parse("TS-001"), 5);

        Stub.Answer(AmazonStub.Patch, StubAnswer.Json(pairs[0]!["response"]!));
        Assert.Empty(Done(await EndAsync(Port<IStockSink>().SetAsync([level], Cancel))));

        Stub.Answer(AmazonStub.Patch, StubAnswer.Json(pairs.Single(pair => $"{pair!["response"]!["status"]}" == "INVALID")!["response"]!));
        var refused = Assert.Single(Done(await EndAsync(Port<IStockSink>().SetAsync([level], Cancel))));
        Assert.Contains("The attributes are invalid.", refused.Reason, StringComparison.Ordinal);
        Assert.False(refused.Again);
    }

    private static JsonNode ToShip(JsonNode page)
    {
        var order = ((JsonArray)page["orders"]!)[0]!;
        order["fulfillment"]!["fulfillmentStatus"] = "UNSHIPPED";
        return order;
    }

    private static T Done<T>(CallOutcome<T> outcome) => Assert.IsType<CallOutcome<T>.Done>(outcome).Value;
}
