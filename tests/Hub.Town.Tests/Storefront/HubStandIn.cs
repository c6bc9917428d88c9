using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Town.Tests.Storefront;

/// <summary>What the storefront needs of the hub: its published keys, and identities that they hold for.</summary>
internal static class HubStandIn
{
    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "town-test" };

    public static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var point = Key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        var keys = new
        {
            keys = new[]
            {
                new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = Key.KeyId, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) },
            },
        };
        app.MapGet("/.well-known/hub-jwks.json", () => TypedResults.Json(keys));
        return app;
    }

    /// <param name="claims"><c>carts=legacy</c>.</param>
    public static string Sign(
        string? key, long? account = null, string? name = null, string? claims = null,
        TimeSpan? life = null, string audience = "new", ECDsaSecurityKey? by = null)
    {
        var said = new Dictionary<string, object>();
        if (key is not null)
        {
            said["sub"] = key;
        }

        if (account is { } id)
        {
            said["account"] = $"{id}";
        }

        if (name is not null)
        {
            said["name"] = name;
        }

        if (claims?.Split('=') is [var dataset, var side])
        {
            said["claims"] = new Dictionary<string, object> { [dataset] = side };
        }

        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "hub",
            Audience = audience,
            IssuedAt = now,
            Expires = now + (life ?? TimeSpan.FromHours(1)),
            Claims = said,
            SigningCredentials = new SigningCredentials(by ?? Key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
