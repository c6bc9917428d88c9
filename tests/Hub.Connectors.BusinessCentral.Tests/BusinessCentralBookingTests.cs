using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Specs;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.BusinessCentral.Tests;

public sealed class BusinessCentralBookingTests : OrderBookingContract<BusinessCentralStub>
{
    private IOrderBooking Booking => Port<IOrderBooking>();

    protected override BusinessCentralStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddBusinessCentral(BenchOptions.Of(Bench, Stub));

    protected override bool IsBooking(StubRequest request) => request.Is($"POST {BusinessCentralStub.Base}/companies({{company}})/salesOrders");

    protected override int SalesOf(OrderKey key) => Stub.Orders.Count(order => (string?)order["externalDocumentNumber"] == key.ToString());

    [Fact]
    public async Task Requests_OfABooking_AreAsTheVendorDescribesThem()
    {
        // The vendor's description is of v1.0, its pages of v2.0: paths, methods and queries are held against the one, names of fields against the other.
        var spec = SpecValidator.Open("business-central/BCOAS1.0.yaml", BusinessCentralStub.Base);
        var order = SampleOrders.Names("web/names") with { PaymentMethod = "card", ShipService = "std", Shipping = Money.Parse("4.90 EUR"), Total = Money.Parse("24.80 EUR") };
        Bench.Refer("payments", "card", "3bb5b4b6-ea4c-43ca-ba1c-3b69e29a6668");
        Bench.Refer("items", "TS-001", "1896-S");
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(order, Cancel)).Value;
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.CancelAsync(order.Key, sale, Cancel));

        var calls = Stub.Requests.Where(request => request.Path != "/login" && !request.Path.EndsWith("/salesShipments", StringComparison.Ordinal)).ToList();
        // Lines nested in the order are in neither: the vendor's facts say that they are taken.
        var names = Names("dynamics_salesorder").Concat(Names("dynamics_salesorderline")).Concat(Names("dynamics_customer")).Append("salesOrderLines").ToHashSet();
        Assert.Equal("", string.Join('\n', calls.SelectMany(call => spec.Problems(call)).Where(problem => !names.Any(name => problem.Contains(name, StringComparison.Ordinal)))));
        Assert.Empty(calls.Where(call => call.Method == "POST").SelectMany(call => Fields(call.Json)).Except(names));
    }

    [Fact]
    public async Task Book_ShippedAndPostedOrder_IsFoundAmongItsShipments()
    {
        Stub.Shipments.Add(new JsonObject { ["number"] = "108001", ["orderNumber"] = "1034", ["externalDocumentNumber"] = "web/10042" });

        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(SampleOrders.Plain(), Cancel)).Value;

        Assert.Equal("1034", sale.Text);
        Assert.Empty(Stub.Orders);
    }

    [Fact]
    public async Task Book_BuyerThatIsKnown_IsHim()
    {
        await Booking.BookAsync(SampleOrders.Plain("web/1"), Cancel);
        await Booking.BookAsync(SampleOrders.Plain("web/2") with { Buyer = new Contact("o'neill@b.example", "O'Neill") }, Cancel);
        await Booking.BookAsync(SampleOrders.Plain("web/3") with { Buyer = new Contact("o'neill@b.example", "O'Neill") }, Cancel);

        Assert.Equal(2, Stub.Customers.Count);
        Assert.Equal((string?)Stub.Customers[1]["id"], (string?)Stub.Orders[2]["customerId"]);
    }

    [Fact]
    public async Task Book_KeyLongerThanTheField_IsRefusedAndNotCut()
    {
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Booking.BookAsync(SampleOrders.Plain($"web/{new string('7', 40)}"), Cancel));

        Assert.Contains("the order's key has 44", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(Stub.Requests);
    }

    [Fact]
    public async Task Book_TotalThatIsAnother_IsRefusedAndLeavesNoOrder()
    {
        Stub.TaxRate = 0.19m;
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Booking.BookAsync(SampleOrders.Plain(), Cancel));

        Assert.Contains("23.681", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(Stub.Orders);
    }

    [Fact]
    public async Task Book_LookUpAfterItFails_IsUnknownSinceItWasMade()
    {
        var seen = 0;
        Stub.Fail(StubFault.TooMany(7), request => request.Is($"GET {BusinessCentralStub.Base}/companies({{company}})/salesOrders") && ++seen > 1);

        Assert.IsType<CallOutcome<SaleNumber>.Unknown>(await Booking.BookAsync(SampleOrders.Plain(), Cancel));
        Assert.Single(Stub.Orders);
    }

    [Theory]
    [InlineData("1999 JPY")]
    [InlineData("19.995 KWD")]
    public async Task Book_CurrencyWithoutOrWithThreeDecimals_KeepsItsAmounts(string price)
    {
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(SampleOrders.In("web/money", price), Cancel));

        Assert.Equal(Money.Parse(price).Amount, (decimal)Assert.Single(Stub.Orders)["salesOrderLines"]![0]!["unitPrice"]!);
    }

    [Fact]
    public async Task Book_TenThousandLines_IsOneOrder()
    {
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(SampleOrders.Lines("web/long", 10_000), Cancel));

        Assert.Equal(10_000, Assert.Single(Stub.Orders)["salesOrderLines"]!.AsArray().Count);
    }

    [Fact]
    public async Task Cancel_ShippedInPart_IsRefusedWithWhatToDo()
    {
        var order = SampleOrders.Plain();
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(order, Cancel)).Value;
        Stub.Orders[0]["salesOrderLines"]![0]!["shippedQuantity"] = 1;

        Assert.Contains("sales return order", Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Booking.CancelAsync(order.Key, sale, Cancel)).Reason, StringComparison.Ordinal);
        Assert.Single(Stub.Orders);
    }

    [Fact]
    public async Task Cancel_TwiceOver_IsDone()
    {
        var order = SampleOrders.Plain();
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(order, Cancel)).Value;

        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.CancelAsync(order.Key, sale, Cancel));
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.CancelAsync(order.Key, sale, Cancel));

        Assert.Empty(Stub.Orders);
    }

    private static IEnumerable<string> Names(string page) => JsonDocument.Parse(File.ReadAllText(SpecFolder.Find($"business-central/v2.0-examples/{page}.json")))
        .RootElement.GetProperty("properties").EnumerateArray().Select(property => property.GetProperty("name").GetString()!);

    private static IEnumerable<string> Fields(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Fields(field.Value).Prepend(field.Key)),
        JsonArray list => list.SelectMany(Fields),
        _ => [],
    };
}
