using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.BusinessCentral.Tests;

/// <summary>The suite's faults of shipments that are polled.</summary>
public sealed class BusinessCentralShipmentTests : ShipmentSourceContract<BusinessCentralStub>
{
    protected override int PageSize => 2;

    protected override BusinessCentralStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddBusinessCentral(BenchOptions.Of(Bench, Stub));

    protected override bool IsPage(StubRequest request) => request.Is($"GET {BusinessCentralStub.Base}/companies({{company}})/salesShipments");

    protected override JsonArray Entries(JsonNode page) => page["value"]!.AsArray();

    protected override void Ship(OrderKey order, string id, Sku sku, int pieces, DateTimeOffset changedAt)
    {
        Stub.Shipments.RemoveAll(shipment => (string?)shipment["number"] == id);
        Stub.Shipments.Add(new JsonObject
        {
            ["number"] = id,
            ["externalDocumentNumber"] = $"{order}",
            ["orderNumber"] = "34",
            ["postingDate"] = "2027-01-29",
            ["lastModifiedDateTime"] = changedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["salesShipmentLines"] = new JsonArray(new JsonObject { ["lineType"] = "Item", ["lineObjectNumber"] = sku.Text, ["quantity"] = pieces }),
        });
    }
}
