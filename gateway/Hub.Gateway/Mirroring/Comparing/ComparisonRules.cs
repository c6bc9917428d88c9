using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>What is compared of a route's answers, and what may differ: the group's rules and the route's own.</summary>
internal sealed record ComparisonRules
{
    private static readonly string[] Always = ["Location", "Content-Type", "Cache-Control"];

    public ImmutableArray<string> Headers { get; init; } = [.. Always];

    public ImmutableArray<Place> Ignore { get; init; } = [];

    public ImmutableArray<Place> Strict { get; init; } = [];

    public ImmutableArray<Place> Unordered { get; init; } = [];

    public ImmutableArray<Place> Personal { get; init; } = [];

    public static ComparisonRules Of(GroupConfig group, RoutePlacementConfig route) => new()
    {
        Headers = [.. Always.Union(group.Mirror.Headers, StringComparer.OrdinalIgnoreCase)],
        Ignore = Places(group.Mirror.Ignore, route.Mirror.Ignore),
        Strict = Places(group.Mirror.Strict, route.Mirror.Strict),
        Unordered = Places(group.Mirror.Unordered, route.Mirror.Unordered),
        Personal = Places(group.Mirror.Personal, route.Mirror.Personal),
    };

    /// <summary>Tells each rule that can't be read, with its line.</summary>
    public static void Check(HubConfig hub, ConfigNode root, List<ConfigProblem> problems)
    {
        foreach (var (name, group) in hub.Groups)
        {
            Check($"Hub.Groups.{name}.Mirror", ("Ignore", group.Mirror.Ignore), ("Strict", group.Mirror.Strict), ("Unordered", group.Mirror.Unordered), ("Personal", group.Mirror.Personal));
            foreach (var (id, route) in group.Routes)
            {
                Check($"Hub.Groups.{name}.Routes.{id}.Mirror", ("Ignore", route.Mirror.Ignore), ("Strict", route.Mirror.Strict), ("Unordered", route.Mirror.Unordered), ("Personal", route.Mirror.Personal));
            }
        }

        void Check(string path, params (string Name, List<string> Rules)[] lists)
        {
            foreach (var (list, rules) in lists)
            {
                for (var i = 0; i < rules.Count; i++)
                {
                    var place = Place.Read(rules[i], out var why);
                    if (place is null || (place.Pattern is not null && list != "Ignore") || (list == "Unordered" && place.Path is null))
                    {
                        problems.Add(new ConfigProblem(
                            $"{path}.{list}[{i}]", root.Nearest($"{path}.{list}[{i}]").Line, $"'{rules[i]}' is no place that {list} takes",
                            why.Length > 0 ? why : list == "Unordered" ? "it takes JSON paths of lists" : "only Ignore takes regular expressions",
                            "write a CSS selector (.price, article @data-price), a JSON path ($.lines[*].price) or 'header NAME'"));
                    }
                }
            }
        }
    }

    // The document was checked before; what can't be read was told then.
    private static ImmutableArray<Place> Places(List<string> group, List<string> route) =>
        [.. group.Concat(route).Select(text => Place.Read(text, out _)).OfType<Place>()];
}
