using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Specs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>What is sent, held against Shopify's schema of 2025-01.</summary>
public sealed class ShopifySpecTests : ConnectorContract<ShopifyStub>
{
    private readonly GraphQLValidator _schema = GraphQLValidator.Open("shopify/admin_schema_2025-01.json.gz");
    private string _version = "2025-01";

    protected override ShopifyStub MakeStub()
    {
        var stub = new ShopifyStub();
        stub.Sell("TS-001", 1);
        return stub;
    }

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(new ShopifyOptions
    {
        Vendor = "shopify",
        Address = Stub.Address,
        Token = Bench.Secret("token", ShopifyStub.Token),
        ApiVersion = _version,
        Location = "1",
        TellTaxes = true,
        OrdersPerPage = 1,
    });

    [Fact]
    public async Task Requests_AllOfThem_AreAsTheSchemaSays()
    {
        await MakeAllAsync();

        Assert.Equal(
            ["HubBook", "HubBookEntry", "HubFulfill", "HubFulfillmentLines", "HubFulfillments", "HubOrderLines", "HubOrders", "HubSetPrices", "HubSetStock", "HubStock", "HubVariants"],
            Stub.Requests.Select(request => $"{request.Json["query"]}".Split(' ', '(')[1]).Distinct().Order(StringComparer.Ordinal));
        _schema.AssertValid(Stub.Requests);
    }

    [Fact]
    public async Task Requests_LaterVersion_DifferInTheWriteOfStockAlone()
    {
        _version = "2026-07";
        await MakeAllAsync();

        // The schema does not know the field; the directive it can't tell of.
        var problems = Stub.Requests.SelectMany(request => _schema.Problems(request)).ToList();
        Assert.Contains("changeFromQuantity", Assert.Single(problems), StringComparison.Ordinal);
        Assert.All(Stub.Requests, request => Assert.StartsWith("/admin/api/2026-07/", request.Path, StringComparison.Ordinal));
    }

    private async Task MakeAllAsync()
    {
        var begin = Bench.Time.GetUtcNow();
        Stub.Place(SampleOrders.Lines("shopify/1", 15), begin);
        Stub.Place(SampleOrders.Plain("shopify/2"), begin);
        var source = Port<IOrderSource>();
        var first = Assert.IsType<CallOutcome<OrderPage>.Done>(await EndAsync(source.FetchAsync(begin, null, Cancel))).Value;
        Assert.Single(first.Orders);
        Assert.IsType<CallOutcome<OrderPage>.Done>(await EndAsync(source.FetchAsync(begin, first.Next, Cancel)));

        await EndAsync(Port<IMarketBook>().ListAsync(begin, begin.AddDays(1), null, Cancel));
        await EndAsync(Port<IMarketBook>().FindAsync("shopify/1", Cancel));

        foreach (var (tracking, lines) in new (string, ImmutableArray<ParcelLine>)[] { ("JD001", [new ParcelLine(Sku.Parse("TS-00001"), 1)]), ("JD002", []) })
        {
            Assert.IsType<CallOutcome<OrderKey>.Done>(await EndAsync(Port<IOrderConfirmation>().ConfirmAsync(
                first.Orders[0], new Shipment(TrackingNumber.Parse(tracking), "DHL") { Lines = lines }, Cancel)));
        }

        Assert.Empty(Assert.IsType<CallOutcome<ImmutableArray<NotTaken>>.Done>(
            await EndAsync(Port<IStockSink>().SetAsync([new StockLevel(Sku.Parse("TS-001"), 4)], Cancel))).Value);
        Assert.Empty(Assert.IsType<CallOutcome<ImmutableArray<NotTaken>>.Done>(
            await EndAsync(Port<IPriceSink>().SetAsync([new ArticlePrice(Sku.Parse("TS-001"), Money.Parse("9.95 EUR"))], Cancel))).Value);
    }
}
