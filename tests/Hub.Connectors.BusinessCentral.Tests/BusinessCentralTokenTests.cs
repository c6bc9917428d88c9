using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.BusinessCentral.Tests;

/// <summary>The suite's faults of access tokens.</summary>
public sealed class BusinessCentralTokenTests : TokenContract<BusinessCentralStub>
{
    protected override TimeSpan Life => TimeSpan.FromSeconds(3599);

    protected override BusinessCentralStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddBusinessCentral(BenchOptions.Of(Bench, Stub));

    protected override bool IsTokenRequest(StubRequest request) => request.Is("POST /login");

    protected override async Task<Outcome> CallAsync() => Outcome.Of(await Port<IOrderBooking>().FindAsync(SampleOrders.Plain().Key, Cancel));
}
