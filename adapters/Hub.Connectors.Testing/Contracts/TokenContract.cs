using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a connector has to keep to whose access tokens end: one renewal for all, and no secret told.</summary>
public abstract class TokenContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    /// <summary>Is it the call that gets an access token?</summary>
    protected abstract bool IsTokenRequest(StubRequest request);

    /// <summary>Any call of the connector that needs the token and reads only.</summary>
    protected abstract Task<Outcome> CallAsync();

    /// <summary>How long the stub's access tokens live.</summary>
    protected virtual TimeSpan Life => TimeSpan.FromHours(1);

    [Fact]
    public async Task Token_HundredCallers_AskOnce()
    {
        var outcomes = await EndAsync(Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(CallAsync))));

        Assert.All(outcomes, outcome => Assert.True(outcome.Kind == "Done" || (outcome.Kind == "NotDone" && outcome.Reason.Contains("limit", StringComparison.Ordinal)), outcome.Reason));
        Assert.Single(Stub.Requests, IsTokenRequest);
    }

    [Fact]
    public async Task Token_NearItsEnd_IsRenewedBeforehand()
    {
        (await EndAsync(CallAsync())).Is("Done");
        Bench.Time.Advance(Life - TimeSpan.FromSeconds(1));

        (await EndAsync(CallAsync())).Is("Done");

        Assert.Equal(2, Stub.Requests.Count(IsTokenRequest));
    }

    [Fact]
    public async Task Token_RefusedByTheVendor_IsRenewedOnce()
    {
        (await EndAsync(CallAsync())).Is("Done");
        Stub.Fail(StubFault.Unauthorized, request => !IsTokenRequest(request));

        (await EndAsync(CallAsync())).Is("Done");

        Assert.Equal(2, Stub.Requests.Count(IsTokenRequest));
    }

    [Fact]
    public async Task Token_RefusedForGood_IsNotDone()
    {
        Stub.Fail(StubFault.Unauthorized, request => !IsTokenRequest(request), times: 1000);

        (await EndAsync(CallAsync())).Is("NotDone");

        Assert.Equal(2, Stub.Requests.Count(request => !IsTokenRequest(request)));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task Token_EndpointFails_IsNotDoneAndTellsNoSecret(string fault)
    {
        Stub.Fail(EffectFaults.Of(fault), IsTokenRequest, times: 1000);

        var outcome = (await EndAsync(CallAsync())).Is("NotDone");

        Assert.DoesNotContain(Stub.Requests, request => !IsTokenRequest(request));
        Bench.AssertNoSecretIn([outcome.Reason, .. Bench.Log.Lines, .. Bench.LastErrors]);
        Stub.Heal();
        Bench.Time.Advance(TimeSpan.FromMinutes(2));
        (await EndAsync(CallAsync())).Is("Done");
    }

    [Fact]
    public async Task Token_EndpointSendsOurSecretsBack_TellsThemToNobody()
    {
        Stub.Fail(StubFault.Echo, IsTokenRequest, times: 1000);

        var outcome = (await EndAsync(CallAsync())).Is("NotDone");

        Bench.AssertNoSecretIn([outcome.Reason, .. Bench.Log.Lines, .. Bench.LastErrors]);
    }
}
