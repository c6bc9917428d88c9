using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Ups.Tests;

/// <summary>The suite's faults of access tokens.</summary>
public sealed class UpsTokenTests : TokenContract<UpsStub>
{
    protected override TimeSpan Life => TimeSpan.FromSeconds(14399);

    protected override UpsStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddUps(UpsTestOptions.At(Stub.Address, Bench));

    protected override bool IsTokenRequest(StubRequest request) => request.Is("POST /security/v1/oauth/token");

    protected override async Task<Outcome> CallAsync() =>
        Outcome.Of(await Port<IShipmentBooking>().FindAsync(new Parcel(SampleOrders.Plain(), 1, []), Cancel));
}
