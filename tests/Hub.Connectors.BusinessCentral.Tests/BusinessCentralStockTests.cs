using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.BusinessCentral.Tests;

/// <summary>The suite's faults of stock that is polled.</summary>
public sealed class BusinessCentralStockTests : StockSourceContract<BusinessCentralStub>
{
    protected override int PageSize => 2;

    protected override TimeSpan ReadsEvery => TimeSpan.FromMinutes(1);

    protected override BusinessCentralStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddBusinessCentral(BenchOptions.Of(Bench, Stub));

    protected override bool IsPage(StubRequest request) => request.Is($"GET {BusinessCentralStub.Base}/companies({{company}})/items");

    protected override JsonArray Entries(JsonNode page) => page["value"]!.AsArray();

    protected override void Stock(Sku sku, int available, DateTimeOffset changedAt) => Stub.Inventory[sku.Text] = available;
}
