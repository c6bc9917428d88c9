using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>The suite's faults of pages of orders.</summary>
public sealed class ShopifyOrderSourceTests : OrderSourceContract<ShopifyStub>
{
    protected override int PageSize => 4;

    protected override IReadOnlyList<string> StateFields => ["displayFinancialStatus"];

    protected override ShopifyStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(new ShopifyOptions
    {
        Vendor = "shopify",
        Address = Stub.Address,
        Token = Bench.Secret("token", ShopifyStub.Token),
        OrdersPerPage = PageSize,
    });

    protected override string IdOf(int number) => $"45078946{number:00}";

    protected override void Place(Order order, DateTimeOffset changedAt) => Stub.Place(order, changedAt);

    protected override bool CancelAt(OrderKey key, DateTimeOffset changedAt)
    {
        var at = changedAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        Stub.Change(key, order => (order["cancelledAt"], order["updatedAt"]) = (at, at));
        return true;
    }

    protected override bool IsPage(StubRequest request) => ShopifyStub.Is(request, "HubOrders");

    protected override JsonArray Entries(JsonNode page) => page["data"]!["orders"]!["nodes"]!.AsArray();
}

/// <summary>What is Shopify's own about orders.</summary>
public sealed class ShopifyOrderTests : ConnectorContract<ShopifyStub>
{
    private static readonly DateTimeOffset Begin = new(2027, 1, 31, 0, 0, 0, TimeSpan.Zero);
    private bool _authorized;
    private bool _taxes;
    private bool? _pricesIncludeTax;

    private IOrderSource Source => Port<IOrderSource>();

    protected override ShopifyStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(new ShopifyOptions
    {
        Vendor = "shopify",
        Address = Stub.Address,
        Token = Bench.Secret("token", ShopifyStub.Token),
        TakeAuthorized = _authorized,
        TellTaxes = _taxes,
        PricesIncludeTax = _pricesIncludeTax,
    });

    [Fact]
    public async Task Fetch_Order_TellsAllThatTheHubKnowsWordsFor()
    {
        _taxes = true;
        Place(1, order =>
        {
            order["currentShippingPriceSet"]!["shopMoney"]!["amount"] = "4.90";
            order["paymentGatewayNames"] = new JsonArray("gift_card", "paypal");
            order["shippingAddress"]!["company"] = "Buyer Ltd";
        });

        var order = Assert.Single((await FetchAsync()).Orders);

        Assert.Equal("shopify/1", $"{order.Key}");
        Assert.Equal("#1", order.Number);
        Assert.Equal(Money.Parse("4.90 EUR"), order.Shipping);
        Assert.Equal(("Standard", "gift_card + paypal", "17"), (order.ShipService, order.PaymentMethod, order.Buyer.Id));
        Assert.Equal(("Buyer Ltd", "Berlin"), (order.ShipTo.Company, order.ShipTo.City));
        Assert.Equal(("gid://shopify/LineItem/100000", "MwSt"), (order.Lines[0].Id, order.Lines[0].TaxCode));
        Assert.Equal(order.PlacedAt, order.PaidAt);
    }

    [Theory]
    [InlineData("PAID", false, true)]
    [InlineData("PARTIALLY_REFUNDED", false, true)]
    [InlineData("AUTHORIZED", false, false)]
    [InlineData("AUTHORIZED", true, true)]
    [InlineData("PENDING", true, false)]
    [InlineData("PARTIALLY_PAID", true, false)]
    [InlineData("REFUNDED", true, false)]
    [InlineData("VOIDED", true, false)]
    [InlineData("EXPIRED", true, false)]
    public async Task Fetch_FinancialStatus_DecidesWhetherItIsTaken(string status, bool authorized, bool taken)
    {
        _authorized = authorized;
        Place(1, order => order["displayFinancialStatus"] = status);

        var page = await FetchAsync();

        Assert.Equal(taken ? 1 : 0, page.Orders.Length);
        Assert.Empty(page.Unreadable);
        Assert.Equal(Begin.AddMinutes(1), page.Latest);
    }

    [Fact]
    public async Task Fetch_TestFulfilledOrEmptiedOrders_AreLeftOut()
    {
        Place(1, order => order["test"] = true);
        Place(2, order => order["displayFulfillmentStatus"] = "FULFILLED");
        Place(3, order => order["allLines"]![0]!["currentQuantity"] = 0);
        Place(4, order => (order["test"], order["cancelledAt"]) = (true, "2027-01-31T00:04:00Z"));

        var page = await FetchAsync();

        Assert.Empty(page.Orders);
        Assert.Empty(page.Cancelled);
        Assert.Empty(page.Unreadable);
    }

    [Fact]
    public async Task Fetch_PieceTakenOutOfAnOrder_IsNotShipped()
    {
        Stub.Place(Plain(1) with { Lines = [.. Plain(1).Lines, new OrderLine(Sku.Parse("TS-002"), "Cup", 3, Money.Parse("2.00 EUR"))] }, Begin.AddMinutes(1),
            order => order["allLines"]![0]!["currentQuantity"] = 0);

        Assert.Equal("TS-002", Assert.Single(Assert.Single((await FetchAsync()).Orders).Lines).Sku.Text);
    }

    [Theory]
    [InlineData("sku", "no SKU")]
    [InlineData("shippingAddress", "no address")]
    [InlineData("requiresShipping", "buy a label")]
    [InlineData("taxesIncluded", "PricesIncludeTax")]
    public async Task Fetch_OrderThatCannotBeBooked_SaysWhyAndHoldsUpNoOther(string what, string words)
    {
        _pricesIncludeTax = true;
        Place(1, order => _ = what switch
        {
            "sku" => order["allLines"]![0]!["sku"] = "",
            "shippingAddress" => order[what] = null,
            _ => order[what] = false,
        });
        Place(2);

        var page = await FetchAsync();

        Assert.Equal("shopify/2", $"{Assert.Single(page.Orders).Key}");
        var unreadable = Assert.Single(page.Unreadable);
        Assert.Equal("shopify/1", $"{unreadable.Key}");
        Assert.Contains(words, unreadable.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_BuyersWithoutEmail_AreNotOneCustomer()
    {
        Place(1, order => order["email"] = null);
        Place(2, order => order["email"] = "");

        Assert.Equal(["order-1@no-email.invalid", "order-2@no-email.invalid"], (await FetchAsync()).Orders.Select(order => order.Buyer.Email));
    }

    [Fact]
    public async Task Fetch_OrderBroughtAlongFromAnotherShop_IsAsOldAsItWasThere()
    {
        // Made in this shop today, placed and paid elsewhere last year: history, that is not to be booked.
        Place(1, order =>
        {
            order["processedAt"] = "2026-05-01T10:00:00Z";
            order["transactions"] = new JsonArray(Payment("SALE", "SUCCESS", "2026-05-01T10:00:00Z"), Payment("SALE", "SUCCESS", "2027-01-31T00:00:30Z"));
        });

        var order = Assert.Single((await FetchAsync()).Orders);

        Assert.Equal(2026, order.PlacedAt.Year);
        Assert.Equal(2026, order.PaidAt?.Year);
    }

    [Fact]
    public async Task Fetch_PlacedLongAgoAndPaidNow_SaysWhenItWasPaid()
    {
        Place(1, order =>
        {
            order["processedAt"] = "2026-12-01T10:00:00Z";
            order["transactions"] = new JsonArray(
                Payment("AUTHORIZATION", "SUCCESS", "2026-12-01T10:00:00Z"), Payment("CAPTURE", "FAILURE", "2026-12-02T10:00:00Z"), Payment("CAPTURE", "SUCCESS", "2027-01-31T00:00:30Z"));
        });

        Assert.Equal(Begin.AddSeconds(30), Assert.Single((await FetchAsync()).Orders).PaidAt);
    }

    [Fact]
    public async Task Fetch_SkuOfTheTableItems_IsOurs()
    {
        Bench.Refer("items", "TEAPOT", "TS-001");
        Place(1);

        Assert.Equal("TEAPOT", Assert.Single((await FetchAsync()).Orders).Lines[0].Sku.Text);
    }

    [Fact]
    public async Task Fetch_LinesChangeWhileTheyAreRead_LosesNoOrder()
    {
        Stub.Place(SampleOrders.Lines("shopify/1", 250), Begin.AddMinutes(1));
        Stub.Fail(StubFault.Json("lines without a cursor", node => node["data"]!["order"]!["lineItems"]!["pageInfo"]!["endCursor"] = null), request => ShopifyStub.Is(request, "HubOrderLines"));

        // An order of which only a part came is none.
        var broken = await FetchAsync();
        Assert.Empty(broken.Orders);
        Assert.Single(broken.Unreadable);
        Assert.Equal(250, Assert.Single((await FetchAsync()).Orders).Lines.Length);
    }

    private static JsonObject Payment(string kind, string status, string at) => new() { ["kind"] = kind, ["status"] = status, ["processedAt"] = at };

    private static Order Plain(int number) => SampleOrders.Plain($"shopify/{number}") with { Number = $"{number}", PlacedAt = Begin.AddMinutes(number) };

    private void Place(int number, Action<JsonObject>? change = null) => Stub.Place(Plain(number), Begin.AddMinutes(number), change);

    private async Task<OrderPage> FetchAsync() =>
        Assert.IsType<CallOutcome<OrderPage>.Done>(await EndAsync(Source.FetchAsync(Begin, null, Cancel))).Value;
}
