using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Gateway.Tests.Hosting;

/// <summary>An identity as New gets it, taken apart.</summary>
public sealed record TestIdentity(string? Key, string? Account, string? Name, string? Carts, JsonElement Header, JsonElement Payload)
{
    public static IdentityKey Draw(string kid)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new IdentityKey(kid, key.ExportSubjectPublicKeyInfo(), key.ExportPkcs8PrivateKey(), null);
    }

    public static TestIdentity Read(string token)
    {
        var parts = token.Split('.');
        var payload = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[1]));
        return new TestIdentity(
            Text(payload, "sub"), Text(payload, "account"), Text(payload, "name"),
            payload.TryGetProperty("claims", out var claims) ? Text(claims, "carts") : null,
            JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[0])), payload);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
