using System.Net;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Town.Tests.Storefront;

public sealed class HubIdentityTests : NewSide
{
    [Fact]
    public async Task Identity_NotSignedByTheHubOrNotForUsOrEnded_IsRefused()
    {
        await StartStorefront();
        var stranger = new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "town-test" };

        Assert.Equal(HttpStatusCode.OK, await AskAsync(HubStandIn.Sign("k1")));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HubStandIn.Sign("k1", by: stranger)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HubStandIn.Sign("k1", audience: "others")));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HubStandIn.Sign("k1", life: TimeSpan.FromSeconds(-1))));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("k1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HubStandIn.Sign("k1").Split('.')[1] is var payload ? $"eyJhbGciOiJub25lIn0.{payload}." : ""));
    }

    private async Task<HttpStatusCode> AskAsync(string identity)
    {
        using var browser = new Browser(Shop, new Dictionary<string, string?> { ["Hub-Identity"] = identity });
        return (await browser.Get("/cart")).Status;
    }
}
