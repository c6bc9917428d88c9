using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Contoso.Identity;

/// <summary>Where the hub's public keys are, and for whom its tokens are.</summary>
internal sealed class HubIdentityOptions
{
    /// <summary>By https, where the network is shared with others.</summary>
    public string Keys { get; init; } = "http://127.0.0.1:8080/.well-known/hub-jwks.json";

    public string Issuer { get; init; } = "hub";

    public string Audience { get; init; } = "new";
}

/// <summary>Who asks, as the hub said it.</summary>
/// <param name="Key">The customer's key at the hub: the same on each device.</param>
/// <param name="Account">The account's id at legacy; null for guests.</param>
internal sealed record Customer(string Key, string? Account, string? Name);

/// <summary>Validates the hub's word on who a request is from: ES256, by its published keys, issuer, audience, end.</summary>
internal sealed class HubIdentity
{
    public const string Header = "Hub-Identity";

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters _parameters;

    public HubIdentity(IOptions<HubIdentityOptions> options)
    {
        var keys = options.Value.Keys;

        // Fetched once, again now and then, and where a token names a key that is not among them.
        _parameters = new TokenValidationParameters
        {
            ValidIssuer = options.Value.Issuer,
            ValidAudience = options.Value.Audience,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                keys, new KeySet(), new HttpDocumentRetriever { RequireHttps = keys.StartsWith("https:", StringComparison.Ordinal) }),
        };
    }

    /// <returns>Null where the token does not hold.</returns>
    public async Task<Customer?> ReadAsync(string token) =>
        await _handler.ValidateTokenAsync(token, _parameters) is { IsValid: true, SecurityToken: JsonWebToken identity }
            ? new Customer(identity.Subject, Text(identity, "account"), Text(identity, "name"))
            : null;

    private static string? Text(JsonWebToken token, string claim) => token.TryGetPayloadValue<string>(claim, out var text) ? text : null;

    /// <summary>Reads a bare key set where the library expects OpenID Connect's discovery document.</summary>
    private sealed class KeySet : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
            var configuration = new OpenIdConnectConfiguration { JsonWebKeySet = keys };
            foreach (var key in keys.GetSigningKeys())
            {
                configuration.SigningKeys.Add(key);
            }

            return configuration;
        }
    }
}
