using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Amazon.Tests;

/// <summary>The suite's faults of orders that come in.</summary>
public sealed class AmazonOrderTests : OrderSourceContract<AmazonStub>
{
    protected override int PageSize => AmazonStub.PageSize;

    protected override IReadOnlyList<string> StateFields => ["fulfillmentStatus"];

    protected override AmazonStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAmazon(AmazonTestOptions.At(Stub.Address, Bench));

    protected override string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"302-{number:0000000}-1234567");

    protected override void Place(Order order, DateTimeOffset changedAt) => Stub.Place(order, changedAt);

    protected override bool CancelAt(OrderKey key, DateTimeOffset changedAt)
    {
        Stub.Cancel(key, changedAt);
        return true;
    }

    protected override bool IsPage(StubRequest request) => request.Is(AmazonStub.Search);

    protected override JsonArray Entries(JsonNode page) => (JsonArray)page["orders"]!;
}

/// <summary>The suite's faults of confirmations.</summary>
public sealed class AmazonConfirmationTests : OrderConfirmationContract<AmazonStub>
{
    protected override AmazonStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAmazon(AmazonTestOptions.At(Stub.Address, Bench));

    protected override Order Shippable()
    {
        var order = SampleOrders.Plain("amazon/302-0000001-1234567");
        Stub.Place(order, Bench.Time.GetUtcNow());
        return order;
    }

    protected override bool IsConfirming(StubRequest request) => request.Is(AmazonStub.Confirm);

    protected override IReadOnlyList<string> TrackingOf(OrderKey key) => Stub.TrackingOf(key);
}

/// <summary>The suite's faults of stock.</summary>
public sealed class AmazonStockTests : StockSinkContract<AmazonStub>
{
    protected override AmazonStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAmazon(AmazonTestOptions.At(Stub.Address, Bench));

    protected override Sku ArticleOf(int number)
    {
        var sku = string.Create(CultureInfo.InvariantCulture, $"TS-{number} ä");
        Stub.Listings.GetOrAdd(sku, _ => []);
        return Sku.Parse(sku);
    }

    protected override bool IsSetting(StubRequest request) => request.Is(AmazonStub.Patch);

    protected override int ShownOf(Sku sku) => (int)Stub.Listings[sku.Text]["fulfillment_availability"]![0]!["quantity"]!;
}

/// <summary>The suite's faults of access tokens.</summary>
public sealed class AmazonTokenTests : TokenContract<AmazonStub>
{
    protected override AmazonStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAmazon(AmazonTestOptions.At(Stub.Address, Bench));

    protected override bool IsTokenRequest(StubRequest request) => request.Is("POST /auth/o2/token");

    protected override async Task<Outcome> CallAsync() =>
        Outcome.Of(await Port<IOrderSource>().FetchAsync(Bench.Time.GetUtcNow() - TimeSpan.FromHours(1), null, Cancel));

    [Fact]
    public async Task Token_ExpiredAndSaidToBeForbidden_IsRenewedOnce()
    {
        (await EndAsync(CallAsync())).Is("Done");
        Stub.TokensExpired = true;

        (await EndAsync(CallAsync())).Is("Done");

        Assert.Equal(2, Stub.Requests.Count(IsTokenRequest));
    }
}

/// <summary>The suite's faults of prices.</summary>
public sealed class AmazonPriceTests : PriceSinkContract<AmazonStub>
{
    protected override AmazonStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAmazon(AmazonTestOptions.At(Stub.Address, Bench));

    protected override Sku ArticleOf(int number)
    {
        var sku = string.Create(CultureInfo.InvariantCulture, $"TS-{number} ä");
        Stub.Listings.GetOrAdd(sku, _ => []);
        return Sku.Parse(sku);
    }

    protected override bool IsSetting(StubRequest request) => request.Is(AmazonStub.Patch);

    protected override decimal? ShownOf(Sku sku) =>
        (decimal?)Stub.Listings[sku.Text]["purchasable_offer"]?[0]!["our_price"]![0]!["schedule"]![0]!["value_with_tax"]!;
}
