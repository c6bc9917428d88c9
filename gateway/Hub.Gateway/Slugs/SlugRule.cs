using System.Text.Json;
using Hub.Placement.Config;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Gateway.Slugs;

/// <summary>Which slugs a route takes.</summary>
/// <param name="Store">Null: any; so is a null language.</param>
/// <param name="TrailingSlash">An address that ends in a slash is taken too.</param>
internal sealed record SlugRule(string Table, string Kind, string? Store, string? Language, bool TrailingSlash)
{
    /// <summary>Where the rule stands among the metadata of YARP's route: it changes the route's endpoint when it changes.</summary>
    private const string Metadata = "Hub.Slug";

    public bool Takes(SlugClass slug) =>
        Kind.Equals(slug.Kind, StringComparison.OrdinalIgnoreCase)
        && (Store is null || Store == slug.Store)
        && (Language is null || Language.Equals(slug.Language, StringComparison.OrdinalIgnoreCase));

    /// <summary>YARP's routes, each with the rule that the groups give it.</summary>
    public static IReadOnlyList<RouteConfig> Mark(HubConfig hub, IReadOnlyList<RouteConfig> routes)
    {
        var rules = new Dictionary<string, SlugRule>(StringComparer.OrdinalIgnoreCase);
        foreach (var (id, route) in hub.Groups.Values.SelectMany(group => group.Routes))
        {
            // What is missing or not known is told when the table of routes is built.
            if (route.Slug is { Table: { } table, Kind: { } kind } slug)
            {
                var config = hub.Slugs.FirstOrDefault(known => known.Key.Equals(table, StringComparison.OrdinalIgnoreCase));
                rules[id] = new SlugRule(config.Key ?? table, kind, slug.Store, slug.Language, config.Value?.TrailingSlash ?? false);
            }
        }

        return rules.Count == 0 ? routes : [.. routes.Select(route => rules.TryGetValue(route.RouteId, out var rule)
            ? route with
            {
                Metadata = new Dictionary<string, string>(route.Metadata ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase)
                {
                    [Metadata] = JsonSerializer.Serialize(rule),
                },
            }
            : route)];
    }

    /// <summary>Null where the route takes whatever its path matches.</summary>
    public static SlugRule? Of(RouteConfig route) =>
        route.Metadata?.TryGetValue(Metadata, out var json) == true ? JsonSerializer.Deserialize<SlugRule>(json) : null;
}
