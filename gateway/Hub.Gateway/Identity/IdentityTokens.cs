using System.Security.Cryptography;
using Hub.Control.Protocol;
using Hub.Gateway.Customers;
using Hub.Gateway.Documents;
using Hub.Placement.Config;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Gateway.Identity;

/// <summary>
/// What New is told of a customer: a JWT, signed (ES256) with the key that control lets sign. It is made once and handed
/// out for half of its life, as long as it says the same; so the usual request signs nothing.
/// </summary>
/// <remarks>
/// Remembered are the tokens of at most 40,000 customers, about 1.5 kB each. A signature costs more CPU than the
/// rest of a request: clients without a key (crawlers) get no token and cost none.
/// </remarks>
internal sealed class IdentityTokens
{
    public const string Header = "Hub-Identity";

    /// <summary>Legacy's names are anybody's text; New's servers limit headers.</summary>
    private const int LongestText = 128;

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly BoundedMemory<UInt128, Issued> _issued = new(20_000);
    private volatile Signer? _signer;

    /// <summary>The token for the request's customer; null where there is no customer, or control gave no key.</summary>
    /// <param name="claims">The customer's claims as <c>Claims.Known</c> tells them, <c>carts=legacy</c>.</param>
    public string? Of(Exchange exchange, string claims)
    {
        if (exchange.Key.IsNone || SignerOf(exchange.Model) is not { } signer)
        {
            return null;
        }

        var (account, name) = (exchange.Account, exchange.Answer?.Name);
        if (_issued.TryGet(exchange.Key.Value, out var issued)
            && ReferenceEquals(issued.Credentials, signer.Credentials)
            && exchange.Milliseconds < issued.HandedOutUntil
            && issued.Account == account && issued.Name == name && issued.Claims == claims)
        {
            return issued.Token;
        }

        var life = signer.Config.Life;
        issued = new Issued(
            Write(exchange, signer, account, name, claims), account, name, claims, signer.Credentials,
            exchange.Milliseconds + (long)(life.TotalMilliseconds / 2));
        _issued.Set(exchange.Key.Value, issued);
        return issued.Token;
    }

    private static string Write(Exchange exchange, Signer signer, string? account, string? name, string claims)
    {
        var said = new Dictionary<string, object> { ["sub"] = exchange.Key.ToString() };
        if (account is not null)
        {
            said["account"] = account;
        }

        if (name is not null)
        {
            said["name"] = name.Length <= LongestText ? name : name[..LongestText];
        }

        if (claims.Length > 0)
        {
            said["claims"] = claims.Split(", ").Select(claim => claim.Split('=')).ToDictionary(claim => claim[0], object (claim) => claim[1]);
        }

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = signer.Config.Issuer,
            Audience = signer.Config.Audience,
            IssuedAt = exchange.Now.UtcDateTime,
            Expires = (exchange.Now + signer.Config.Life).UtcDateTime,
            Claims = said,
            SigningCredentials = signer.Credentials,
        });
    }

    private Signer? SignerOf(GatewayModel model)
    {
        var (keys, config) = (model.Revision.Keys, model.Document.Hub.Customer.Identity);
        return _signer is { } signer && ReferenceEquals(signer.Keys, keys) && ReferenceEquals(signer.Config, config)
            ? signer
            : Follow(keys, config);
    }

    // A flip brings the same keys in another revision: what was signed stays good.
    private Signer? Follow(PlaneKeys keys, IdentityConfig config)
    {
        if (keys.Identity?.FirstOrDefault(key => key.Private is not null) is not { } key)
        {
            return null;
        }

        var current = _signer;
        var credentials = current is not null && ReferenceEquals(current.Config, config) && current.Credentials.Kid == key.Kid
            ? current.Credentials
            : Read(key);
        var signer = new Signer(keys, config, credentials);
        _signer = signer;
        return signer;
    }

    private static SigningCredentials Read(IdentityKey key)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(key.Private, out _);
        return new SigningCredentials(new ECDsaSecurityKey(ecdsa) { KeyId = key.Kid }, SecurityAlgorithms.EcdsaSha256);
    }

    private sealed record Signer(PlaneKeys Keys, IdentityConfig Config, SigningCredentials Credentials);

    private sealed record Issued(
        string Token, string? Account, string? Name, string Claims, SigningCredentials Credentials, long HandedOutUntil);
}
