using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Town.Storefront;

/// <summary>
/// Validates the hub's word on who a request is from: signature by the hub's published keys, issuer, audience, end. One that
/// does not hold is refused; the hub sends the same token for minutes, so each is validated once.
/// </summary>
internal sealed class HubIdentity : BackgroundService
{
    public const string Header = "Hub-Identity";

    /// <summary>Tokens remembered at most; then all are forgotten and validated again.</summary>
    private const int Most = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, JsonWebToken> _valid = new();
    private readonly TimeProvider _time;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _keys;
    private readonly TokenValidationParameters _parameters;

    public HubIdentity(Uri keys, TimeProvider time)
    {
        _time = time;
        // Fetches the set once, again now and then, and at once where a token names a key that is not in it.
        _keys = new ConfigurationManager<OpenIdConnectConfiguration>(
            keys.ToString(), new KeySet(), new HttpDocumentRetriever { RequireHttps = false })
        { RefreshInterval = TimeSpan.FromSeconds(1) };
        _parameters = new TokenValidationParameters
        {
            ValidIssuer = "hub",
            ValidAudience = "new",
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
            ConfigurationManager = _keys,
        };
    }

    public async Task ReadAsync(HttpContext http, RequestDelegate next)
    {
        var token = http.Request.Headers[Header].ToString();
        if (token.Length > 0)
        {
            if (await ValidateAsync(token) is not { } identity)
            {
                http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                await http.Response.WriteAsync("This identity was not signed by the hub, or has ended.");
                return;
            }

            http.Features.Set(identity);
        }

        await next(http);
    }

    // The first customer must not depend on the one gateway that is asked for the keys: they are fetched as soon as it stands.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _keys.GetConfigurationAsync(stoppingToken);
                return;
            }
            catch (InvalidOperationException)
            {
                // The hub does not stand yet.
                await Task.Delay(TimeSpan.FromSeconds(1), _time, stoppingToken);
            }
        }
    }

    private async ValueTask<JsonWebToken?> ValidateAsync(string token)
    {
        if (_valid.TryGetValue(token, out var known) && known.ValidTo > _time.GetUtcNow().UtcDateTime)
        {
            return known;
        }

        if (await _handler.ValidateTokenAsync(token, _parameters) is not { IsValid: true, SecurityToken: JsonWebToken identity })
        {
            return null;
        }

        if (_valid.Count >= Most)
        {
            _valid.Clear();
        }

        _valid[token] = identity;
        return identity;
    }

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
