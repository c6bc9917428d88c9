using System.Collections.Frozen;
using Hub.Configuration;
using Hub.Gateway.Access;
using Hub.Gateway.Versions;

namespace Hub.Gateway.Documents;

/// <summary>What holds for a route on both sides, ready for requests. A route for which nothing of it holds has none.</summary>
internal sealed record RouteRules(RouteAccess? Access, RouteVersion? Version)
{
    /// <summary>What either says, and where both do, the newer.</summary>
    public static FrozenDictionary<string, RouteRules> Joined(FrozenDictionary<string, RouteRules>? older, FrozenDictionary<string, RouteRules> newer) =>
        (older ?? FrozenDictionary<string, RouteRules>.Empty).Where(rules => !newer.ContainsKey(rules.Key)).Concat(newer)
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null where the document has none: then no request looks for any.</summary>
    public static FrozenDictionary<string, RouteRules>? Build(GatewayDocument document, BearerTokens tokens, List<ConfigProblem> problems)
    {
        var hub = document.Hub;
        tokens.Keep(hub.Routes.Values.Select(route => route.Access?.Jwt).OfType<Placement.Config.JwtConfig>());
        var guarded = hub.Routes.Where(route => route.Value.Access is not null || route.Value.Version is not null).ToList();
        if (guarded.Count == 0)
        {
            return null;
        }

        var keys = ApiKeys.Read(hub.Consumers, problems);
        // Keys as YARP knows its routes: the file may write them in other case.
        var ids = document.Routes.ToDictionary(route => route.RouteId, route => route.RouteId, StringComparer.OrdinalIgnoreCase);
        return guarded.ToFrozenDictionary(
            route => ids[route.Key],
            route => new RouteRules(
                route.Value.Access is { } access ? RouteAccess.Of(access, keys, tokens) : null,
                route.Value.Version is { } version ? RouteVersion.Of(version) : null),
            StringComparer.OrdinalIgnoreCase);
    }
}
