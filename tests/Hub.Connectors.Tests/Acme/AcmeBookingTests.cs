using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tests.Acme;

public sealed class AcmeBookingTests : OrderBookingContract<AcmeStub>
{
    protected override AcmeStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAcme(
        new ConnectorOptions { Vendor = "acme", Address = Stub.Address, Token = Bench.Secret("token", "acme-secret") });

    protected override bool IsBooking(StubRequest request) => request.Is("POST /sales");

    protected override int SalesOf(OrderKey key) => Stub.Count(key.ToString());
}
