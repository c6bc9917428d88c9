using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.ShipEngine.Tests;

/// <summary>The suite's faults of rates.</summary>
public sealed class ShipEngineRatesContractTests : ShippingRatesContract<ShipEngineStub>
{
    protected override ShipEngineStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShipEngine(ShipEngineTestOptions.At(Stub.Address, Bench));

    protected override bool IsRating(StubRequest request) => request.Is("POST /v1/rates/estimate");

    protected override bool IsBooking(StubRequest request) => request.Is("POST /v1/labels") || request.Is("POST /v1/rates") || request.Is("POST /v1/shipments");
}
