using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>What every source of shipments keeps to; that the real one answers so is told by <see cref="FetchTrytonShipmentsTests"/>.</summary>
public sealed class TrytonShipmentContractTests : ShipmentSourceContract<TrytonShipmentStub>
{
    protected override int PageSize => 100;

    protected override TrytonShipmentStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddTryton(new TrytonOptions
    {
        Vendor = "tryton",
        Address = new Uri(Stub.Address, "/erp/"),
        User = "hub",
        Password = Bench.Secret("password", "tryton-secret"),
    });

    protected override bool IsPage(StubRequest request) =>
        TrytonStub.Calls(request, TrytonShipmentStub.Search) && request.Text.Contains("effective_date", StringComparison.Ordinal);

    protected override JsonArray Entries(JsonNode page) => page["result"]!.AsArray();

    protected override void Ship(OrderKey order, string id, Sku sku, int pieces, DateTimeOffset changedAt) =>
        Stub.Shipments[int.Parse(id, CultureInfo.InvariantCulture)] = (order, sku, pieces, changedAt);
}
