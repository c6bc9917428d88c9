using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero.Tests;

/// <summary>The suite's faults of access tokens, for a custom connection: a fault that swallows a rotated refresh token has no good end.</summary>
public sealed class XeroTokenTests : TokenContract<XeroStub>
{
    private bool _refresh;

    protected override TimeSpan Life => TimeSpan.FromMinutes(30);

    protected override XeroStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddXeroAt(Bench, Stub, refresh: _refresh);

    protected override bool IsTokenRequest(StubRequest request) => request.Is("POST /connect/token");

    protected override async Task<Outcome> CallAsync() => Outcome.Of(await Port<IOrderBooking>().FindAsync(SampleOrders.Plain().Key, Cancel));

    [Fact]
    public async Task Token_RotatedRefreshToken_OutlivesARestart()
    {
        _refresh = true;
        (await EndAsync(CallAsync())).Is("Done");
        Restart();

        (await EndAsync(CallAsync())).Is("Done");

        Assert.Equal(2, Stub.Requests.Count(IsTokenRequest));
        Assert.All(Stub.Requests.Where(IsTokenRequest), request => Assert.StartsWith("Basic ", request.Header("Authorization"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_RefreshTokenThatIsDead_SaysWhatToDo()
    {
        _refresh = true;
        Stub.Fail(StubFault.HangAfter, IsTokenRequest);
        (await EndAsync(CallAsync())).Is("NotDone");
        Bench.Time.Advance(TimeSpan.FromMinutes(2));

        // Xero rotated it and the answer never came: nobody can know the new one.
        Assert.Contains("consent again", (await EndAsync(CallAsync())).Is("NotDone").Reason, StringComparison.Ordinal);
    }
}
