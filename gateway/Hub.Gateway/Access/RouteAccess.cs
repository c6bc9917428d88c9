using System.Collections.Frozen;
using Hub.Placement.Config;

namespace Hub.Gateway.Access;

/// <summary>Who is let in at a route, ready for requests.</summary>
/// <param name="Header">Where an API key stands.</param>
/// <param name="Consumers">Whose keys are let in; null where none is.</param>
/// <param name="Issuer">Whose tokens are; null where none is.</param>
/// <param name="Challenge">The value of <c>WWW-Authenticate</c> where nothing was brought.</param>
internal sealed record RouteAccess(
    string Header, ApiKeys Keys, FrozenSet<string>? Consumers, TokenIssuer? Issuer, FrozenSet<string> Scopes, string Challenge)
{
    public static RouteAccess Of(AccessConfig config, ApiKeys keys, BearerTokens tokens)
    {
        var key = config.Consumers.Count > 0 ? $"ApiKey realm=\"hub\", header=\"{config.Header}\"" : null;
        var bearer = config.Jwt is null ? null
            : config.Jwt.Scopes.Count == 0 ? "Bearer realm=\"hub\"" : $"Bearer realm=\"hub\", scope=\"{string.Join(' ', config.Jwt.Scopes)}\"";
        return new RouteAccess(
            config.Header, keys,
            config.Consumers.Count > 0 ? config.Consumers.ToFrozenSet(StringComparer.OrdinalIgnoreCase) : null,
            config.Jwt is { } jwt ? tokens.Of(jwt) : null,
            config.Jwt?.Scopes.ToFrozenSet(StringComparer.Ordinal) ?? [],
            string.Join(", ", new[] { bearer, key }.OfType<string>()));
    }
}
