using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.References;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Amazon.Tests;

/// <summary>What of Amazon's orders the hub takes, and how it keeps to Amazon's pages.</summary>
public sealed class FetchAmazonOrdersTests : ConnectorContract<AmazonStub>
{
    private bool _byAmazon;
    private double _perSecond = 1000;
    private int _burst = 1000;

    private DateTimeOffset Begin => Bench.Time.GetUtcNow() - TimeSpan.FromHours(6);

    protected override AmazonStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) =>
        services.AddAmazon(AmazonTestOptions.At(Stub.Address, Bench, _byAmazon, _perSecond, _burst));

    [Fact]
    public async Task Fetch_PendingOrder_ComesWhenItIsPaidFor()
    {
        var order = Plain(1);
        var since = Begin;
        Stub.Place(order, since, "PENDING")["proceeds"] = null;
        Assert.Empty((await FetchAsync(since)).Orders);

        Stub.Place(order, since + TimeSpan.FromHours(1));

        Assert.Equal(order.Key, Assert.Single((await FetchAsync(since)).Orders).Key);
    }

    [Theory]
    [InlineData("SHIPPED")]
    [InlineData("PARTIALLY_SHIPPED")]
    public async Task Fetch_OrderThatSomebodyShipped_IsNotTakenToBeShippedAgain(string status)
    {
        Stub.Place(Plain(1), Begin, status);

        var page = await FetchAsync(Begin);

        Assert.Empty(page.Orders);
        Assert.Empty(page.Unreadable);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fetch_OrderThatAmazonShips_IsTakenByOptionOnly(bool taken)
    {
        _byAmazon = taken;
        var order = Stub.Place(Plain(1), Begin);
        order["fulfillment"]!["fulfilledBy"] = "AMAZON";
        order["recipient"] = null;
        order["buyer"] = null;

        var page = await FetchAsync(Begin);

        Assert.Empty(page.Unreadable);
        Assert.Equal(taken ? ["Shipped by Amazon"] : [], page.Orders.Select(one => one.ShipTo.Street));
    }

    [Theory]
    [InlineData("buyer")]
    [InlineData("recipient")]
    public async Task Fetch_WithoutTheRoleForPersonalData_SaysWhichRole(string missing)
    {
        Stub.Place(Plain(1), Begin)[missing] = null;

        var unreadable = Assert.Single((await FetchAsync(Begin)).Unreadable);

        Assert.Contains("Direct-to-Consumer Delivery (Restricted)", unreadable.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ListingWithoutARow_SaysWhichRowToAdd()
    {
        Bench.Refer(CrossReferences.Items, "OURS-1", "LISTING-1");
        Stub.Place(Plain(1), Begin);
        Assert.Contains("hub xref set bench items SKU 'TS-001'", Assert.Single((await FetchAsync(Begin)).Unreadable).Reason, StringComparison.Ordinal);

        Bench.Refer(CrossReferences.Items, "OURS-2", "TS-001");

        Assert.Equal("OURS-2", Assert.Single((await FetchAsync(Begin)).Orders).Lines[0].Sku.Text);
    }

    [Fact]
    public async Task Fetch_DiscountAndShipping_AreInThePrices()
    {
        var order = Stub.Place(Plain(1), Begin);
        order["proceeds"] = new JsonObject { ["grandTotal"] = AmazonStubOrder.Money(Money.Parse("22.80 EUR")) };
        order["orderItems"]![0]!["proceeds"] = new JsonObject
        {
            ["breakdowns"] = new JsonArray(Part("ITEM", "19.90 EUR"), Part("SHIPPING", "3.90 EUR"), Part("DISCOUNT", "-1.00 EUR")),
        };

        var read = Assert.Single((await FetchAsync(Begin)).Orders);

        Assert.Equal(Money.Parse("9.45 EUR"), read.Lines[0].UnitPrice);
        Assert.Equal((Money.Parse("3.90 EUR"), Money.Parse("22.80 EUR")), (read.Shipping, read.Total));
    }

    [Fact]
    public async Task Fetch_CancelledPieces_AreNoLines()
    {
        var order = Plain(1);
        order = order with { Lines = [order.Lines[0] with { Id = "1" }, new OrderLine(Sku.Parse("TS-002"), "Cup", 1, Money.Parse("2 EUR")) { Id = "2" }] };
        Stub.Place(order, Begin)["orderItems"]![0]!["quantityOrdered"] = 0;

        Assert.Equal("TS-002", Assert.Single(Assert.Single((await FetchAsync(Begin)).Orders).Lines).Sku.Text);
    }

    [Fact]
    public async Task Fetch_ChangesOfTheLastMinutes_AreNotAskedForYet()
    {
        await FetchAsync(Begin);
        var asked = Assert.Single(Stub.Of(AmazonStub.Search)).Query;
        Assert.Contains("lastUpdatedBefore=2027-01-31T05%3A57%3A00.000Z", asked, StringComparison.Ordinal);

        Assert.Empty((await FetchAsync(Bench.Time.GetUtcNow() - TimeSpan.FromMinutes(1))).Orders);
        Assert.Single(Stub.Of(AmazonStub.Search));
    }

    [Fact]
    public async Task Fetch_PageWhoseTokenEnded_BeginsAnew()
    {
        Place(AmazonStub.PageSize + 1);
        var since = Begin;
        var first = await FetchAsync(since);
        Bench.Time.Advance(TimeSpan.FromHours(23));

        var again = await FetchAsync(since, first.Next);

        Assert.Equal(first.Orders.Select(order => order.Key), again.Orders.Select(order => order.Key));
        Assert.DoesNotContain("paginationToken", Stub.Of(AmazonStub.Search)[^1].Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_MorePagesThanTheLimitGives_IsReadOnAndNotFromTheFront()
    {
        (_perSecond, _burst) = (0.0056, 2);
        var placed = Place((AmazonStub.PageSize * 5) - 1);
        var since = Begin;
        var keys = new HashSet<OrderKey>();
        string? next = null;
        for (var calls = 0; calls < 20; calls++)
        {
            switch (await EndAsync(Port<IOrderSource>().FetchAsync(since, next, Cancel)))
            {
                case CallOutcome<OrderPage>.Done { Value: var page }:
                    keys.UnionWith(page.Orders.Select(order => order.Key));
                    next = page.Next;
                    if (next is null)
                    {
                        Assert.Equal(placed, keys.Count);
                        Assert.Equal(5, Stub.Of(AmazonStub.Search).Length);
                        return;
                    }

                    break;
                case CallOutcome<OrderPage>.NotDone { After: { } after }:
                    // As the plane does: later, and from the first page on.
                    Bench.Time.Advance(after);
                    next = null;
                    break;
                case var other:
                    Assert.Fail($"{other}");
                    break;
            }
        }

        Assert.Fail("It never came to the last page.");
    }

    [Fact]
    public void PollEvery_ByTheLimit_IsThreeMinutes()
    {
        _perSecond = 0.0056;

        Assert.Equal(TimeSpan.FromSeconds(179), Port<IOrderSource>().PollEvery);
        Assert.Equal(TimeSpan.FromDays(30), Port<IOrderSource>().Retention);
    }

    [Fact]
    public async Task Fetch_AmazonGrantsMore_IsObeyed()
    {
        (_perSecond, _burst) = (0.0056, 1);
        Stub.Answer(AmazonStub.Search, StubAnswer.Json(new JsonObject { ["orders"] = new JsonArray() }).With("x-amzn-RateLimit-Limit", "0.5"));
        await FetchAsync(Begin);
        Assert.IsType<CallOutcome<OrderPage>.Done>(await EndAsync(Port<IOrderSource>().FetchAsync(Begin, null, Cancel)));
    }

    private static Order Plain(int number) => SampleOrders.Plain($"amazon/302-{number:0000000}-1234567");

    private static JsonObject Part(string type, string money) => new() { ["type"] = type, ["subtotal"] = AmazonStubOrder.Money(Money.Parse(money)) };

    private int Place(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            Stub.Place(Plain(i), Begin + TimeSpan.FromMinutes(i));
        }

        return count;
    }

    private async Task<OrderPage> FetchAsync(DateTimeOffset since, string? page = null) =>
        Assert.IsType<CallOutcome<OrderPage>.Done>(await EndAsync(Port<IOrderSource>().FetchAsync(since, page, Cancel))).Value;
}
