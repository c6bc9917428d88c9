using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Hub.Control.Protocol;

/// <summary>A key of the identity that gateways sign towards New (docs/sessions/identity.md): ES256, drawn by control.</summary>
/// <param name="Kid">Its name in tokens and in the key set.</param>
/// <param name="Public">SubjectPublicKeyInfo.</param>
/// <param name="Private">PKCS#8; only with the one key that signs now.</param>
/// <param name="EndsAt">It signs no more, and leaves the key set then; null where it signs or will sign next.</param>
public sealed record IdentityKey(string Kid, byte[] Public, byte[]? Private, DateTimeOffset? EndsAt)
{
    public override string ToString() => $"IdentityKey {{ {Kid} }}";
}

/// <summary>An identity key as people see it.</summary>
/// <param name="State"><c>next</c> (published, does not sign yet), <c>signs</c> or <c>ended</c>.</param>
public sealed record IdentityKeyView(
    string Kid, string State, DateTimeOffset DrawnAt, DateTimeOffset? SignsSince, DateTimeOffset? EndsAt);

/// <summary><c>POST /api/keys/rotate</c>.</summary>
/// <param name="Compromised">All keys are drawn anew, and the old ones leave the key set at once.</param>
public sealed record RotateKey(bool Compromised = false, string? Reason = null);

/// <summary>Public keys as RFC 7517 writes them.</summary>
public sealed record JwkSet(ImmutableArray<Jwk> Keys)
{
    /// <summary>Where control, the gateways' private API and their public listener serve it; open to all.</summary>
    public const string Path = "/.well-known/hub-jwks.json";

    /// <summary>How long whoever fetched it may keep it; a key is published for longer before it signs.</summary>
    public const string CacheControl = "public, max-age=300";

    /// <summary>The keys by which a token may be signed that is good now or soon.</summary>
    public static JwkSet Of(IEnumerable<IdentityKey>? keys, DateTimeOffset now) =>
        new([.. (keys ?? []).Where(key => key.EndsAt is null || key.EndsAt > now).Select(Jwk.Of)]);
}

/// <summary>A public P-256 key as RFC 7517 and 7518 write it.</summary>
public sealed record Jwk(
    [property: JsonPropertyName("kty")] string Type,
    [property: JsonPropertyName("use")] string Use,
    [property: JsonPropertyName("alg")] string Algorithm,
    [property: JsonPropertyName("crv")] string Curve,
    [property: JsonPropertyName("kid")] string Kid,
    [property: JsonPropertyName("x")] string X,
    [property: JsonPropertyName("y")] string Y)
{
    public static Jwk Of(IdentityKey key)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key.Public, out _);
        var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        return new Jwk("EC", "sig", "ES256", "P-256", key.Kid, Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }
}
