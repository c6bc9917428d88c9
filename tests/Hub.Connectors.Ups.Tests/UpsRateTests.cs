using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Ups.Tests;

/// <summary>The suite's faults of rates.</summary>
public sealed class UpsRateTests : ShippingRatesContract<UpsStub>
{
    protected override UpsStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddUps(UpsTestOptions.At(Stub.Address, Bench));

    protected override bool IsRating(StubRequest request) => request.Is("POST /api/rating/v2409/Shop");

    protected override bool IsBooking(StubRequest request) => request.Is("POST /api/shipments/v2409/ship");
}
