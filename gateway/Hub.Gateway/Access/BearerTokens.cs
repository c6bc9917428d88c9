using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hub.Gateway.Customers;
using Hub.Placement.Config;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Gateway.Access;

/// <summary>What a bearer token was found to be.</summary>
/// <param name="Client">Whom it was given to: <c>azp</c>, <c>client_id</c>, <c>appid</c>, else <c>sub</c>.</param>
/// <param name="EndsAt">Milliseconds since 1970.</param>
internal sealed record ValidToken(string Client, ImmutableArray<string> Scopes, long EndsAt);

/// <summary>Why a token was not taken: it does not hold, or the issuer's keys can't be fetched.</summary>
internal enum TokenRefusal
{
    None,
    Invalid,
    KeysOutOfReach,
}

/// <summary>Issuers by what the document says of them; one that a new document names again keeps its keys.</summary>
internal sealed class BearerTokens(TimeProvider time, ILogger<BearerTokens> logger) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    private volatile ImmutableDictionary<IssuerName, TokenIssuer> _issuers = ImmutableDictionary<IssuerName, TokenIssuer>.Empty;

    public TokenIssuer Of(JwtConfig config) => _issuers[IssuerName.Of(config)];

    /// <summary>Called with each document, before <see cref="Of"/>.</summary>
    public void Keep(IEnumerable<JwtConfig> configs)
    {
        var known = _issuers;
        _issuers = configs.Select(IssuerName.Of).Distinct().ToImmutableDictionary(
            name => name, name => known.GetValueOrDefault(name) ?? new TokenIssuer(name, _http, time, logger));
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>An issuer and an audience, with no other state.</summary>
internal sealed record IssuerName(Uri? Authority, Uri? Keys, string? Issuer, string Audience)
{
    public static IssuerName Of(JwtConfig config) => new(config.Authority, config.Keys, config.Issuer, config.Audience!);
}

/// <summary>
/// Validates tokens of one issuer for one audience. Keys are fetched at the first token, again each half day, and at once
/// where a token names an unknown one (at most each minute); a token that holds is remembered, so that its next request
/// verifies no signature. At most 40,000 are, some 200 bytes each.
/// </summary>
internal sealed partial class TokenIssuer
{
    /// <summary>How long a request waits for the issuer's keys.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    /// <summary>How far clocks may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>Longer ones are refused unread.</summary>
    private const int LongestToken = 16 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };

    private readonly BoundedMemory<UInt128, ValidToken> _valid = new(20_000);
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _keys;
    private readonly TokenValidationParameters _parameters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public TokenIssuer(IssuerName name, HttpClient http, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        var retriever = new HttpDocumentRetriever(http) { RequireHttps = false };
        _keys = name.Keys is { } keys
            ? new ConfigurationManager<OpenIdConnectConfiguration>(keys.ToString(), new KeySet(name.Issuer!), retriever)
            : new ConfigurationManager<OpenIdConnectConfiguration>(
                $"{name.Authority!.ToString().TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(), retriever);
        _keys.RefreshInterval = TimeSpan.FromMinutes(1);
        _parameters = new TokenValidationParameters
        {
            ValidAudience = name.Audience,
            ValidIssuer = name.Issuer,
            ConfigurationManager = _keys,
            ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
            LifetimeValidator = (from, until, _, _) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                return until is not null && until + Skew > now && (from is null || from - Skew <= now);
            },
        };
    }

    /// <summary>A token that was found to hold is answered without waiting for anything.</summary>
    public ValueTask<(ValidToken? Token, TokenRefusal Refusal)> ValidateAsync(string token, long milliseconds)
    {
        if (token.Length > LongestToken)
        {
            return ValueTask.FromResult<(ValidToken?, TokenRefusal)>((null, TokenRefusal.Invalid));
        }

        var digest = DigestOf(token);
        return _valid.TryGet(digest, out var known) && milliseconds < known.EndsAt
            ? ValueTask.FromResult<(ValidToken?, TokenRefusal)>((known, TokenRefusal.None))
            : ReadAsync(token, digest);
    }

    private async ValueTask<(ValidToken?, TokenRefusal)> ReadAsync(string token, UInt128 digest)
    {
        if (await KeysAsync() is { } unreachable)
        {
            LogNoKeys(_logger, _keys.MetadataAddress, unreachable);
            return (null, TokenRefusal.KeysOutOfReach);
        }

        if (await Handler.ValidateTokenAsync(token, _parameters) is not { IsValid: true, SecurityToken: JsonWebToken jwt })
        {
            return (null, TokenRefusal.Invalid);
        }

        var valid = new ValidToken(
            Text(jwt, "azp") ?? Text(jwt, "client_id") ?? Text(jwt, "appid") ?? jwt.Subject ?? "(nobody)",
            [.. jwt.Claims.Where(claim => claim.Type is "scope" or "scp").SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
            new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero).ToUnixTimeMilliseconds());
        _valid.Set(digest, valid);
        return (valid, TokenRefusal.None);
    }

    // Why there are none, or null. An issuer that hangs costs each request its budget until the fetch itself gives up.
    private async Task<string?> KeysAsync()
    {
        try
        {
            await _keys.GetConfigurationAsync(CancellationToken.None).WaitAsync(Budget, _time);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or TimeoutException or HttpRequestException or OperationCanceledException)
        {
            return e.InnerException?.Message ?? e.Message;
        }
    }

    private static string? Text(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var text) && text.Length > 0 ? text : null;

    private static UInt128 DigestOf(string token)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), digest);
        return MemoryMarshal.Read<UInt128>(digest);
    }

    [LoggerMessage(70, LogLevel.Warning, "The keys of an issuer can't be fetched from {Address}: {Reason}. Its tokens are answered with 503.")]
    private static partial void LogNoKeys(ILogger logger, string address, string reason);

    /// <summary>Reads a bare key set where the library expects OpenID Connect's discovery document.</summary>
    private sealed class KeySet(string issuer) : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
            var configuration = new OpenIdConnectConfiguration { Issuer = issuer, JsonWebKeySet = keys };
            foreach (var key in keys.GetSigningKeys())
            {
                configuration.SigningKeys.Add(key);
            }

            return configuration;
        }
    }
}
