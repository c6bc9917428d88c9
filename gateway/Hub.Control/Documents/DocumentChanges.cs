using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Control.Documents;

/// <summary>What differs between two documents, in words; and which of it moves requests and so is a flip (SAFETY.md 14).</summary>
/// <param name="Groups">Whose customers would be moved to New by it; null: anybody's.</param>
internal sealed record DocumentChanges(ImmutableArray<string> All, ImmutableArray<string> Flips, ImmutableHashSet<string>? Groups)
{
    private static readonly string[] PrivateWords = ["token", "secret", "password", "key"];

    public static DocumentChanges Between(HubDocument before, HubDocument after)
    {
        var all = ImmutableArray.CreateBuilder<string>();
        var flips = ImmutableArray.CreateBuilder<string>();
        var groups = (ImmutableHashSet<string>?)ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);
        var homes = Homes(before);
        foreach (var (route, group) in Homes(after).OrderBy(route => route.Key, StringComparer.Ordinal))
        {
            if (homes.TryGetValue(route, out var was) && was != group)
            {
                groups = groups?.Add(group);
                all.Add($"route {route}: group {was} → {group}");
                flips.Add(all[^1]);
            }
        }

        Compare(before.Root, after.Root, (node, isNew, words) =>
        {
            all.Add(words);
            // A first document takes over nothing that was served; there is nothing that could move.
            if (before.Root is not null && Moves(node, isNew, after.Config))
            {
                flips.Add(words);
                // What is taken out of a group goes to legacy.
                if (!words.StartsWith("removed ", StringComparison.Ordinal))
                {
                    groups = node.Path.Split('.') is [_, var section, var group, ..] && section.Equals("Groups", StringComparison.OrdinalIgnoreCase)
                        ? groups?.Add(group)
                        : null;
                }
            }
        });
        return new DocumentChanges(all.ToImmutable(), flips.ToImmutable(), groups);
    }

    private static Dictionary<string, string> Homes(HubDocument document) =>
        document.Config.Groups.SelectMany(group => group.Value.Routes.Keys.Select(route => (route, group.Key)))
            .ToDictionary(home => home.route, home => home.Key, StringComparer.OrdinalIgnoreCase);

    private static void Compare(ConfigNode? before, ConfigNode? after, Action<ConfigNode, bool, string> changed)
    {
        if (before is null || after is null)
        {
            if ((after ?? before) is { } one)
            {
                if (one.Path.Contains('.', StringComparison.Ordinal))
                {
                    changed(one, after is not null, $"{(after is null ? "removed" : "added")} {one.Path}{(after is null ? "" : Value(one))}");
                }
                else
                {
                    // A whole section: say what is in it, not only that it is there.
                    foreach (var (_, child) in one.Children)
                    {
                        Compare(after is null ? child : null, after is null ? null : child, changed);
                    }
                }
            }

            return;
        }

        if (before.Text != after.Text || before.Kind != after.Kind)
        {
            changed(after, false, IsPrivate(after) || before.Text is null || after.Text is null
                ? $"changed {after.Path}"
                : $"{after.Path}: {before.Text} → {after.Text}");
            return;
        }

        foreach (var (name, child) in before.Children)
        {
            Compare(child, after[name], changed);
        }

        foreach (var (_, child) in after.Children.Where(child => before[child.Name] is null))
        {
            Compare(null, child, changed);
        }
    }

    // A changed address is the same side: it moves no request. Names are matched without regard to case, as they are read.
    private static bool Moves(ConfigNode node, bool isNew, HubConfig config)
    {
        var path = node.Path.ToUpperInvariant().Split('.');
        return path switch
        {
            // What is copied and compared moves nobody.
            ["HUB", "GROUPS", _, "MIRROR", ..] or ["HUB", "GROUPS", _, "ROUTES", _, "MIRROR", ..] => false,
            ["HUB", "GROUPS", _] when isNew => MovesByItself(node, config),
            ["HUB", "GROUPS", _, "GATES" or "GUARDS", ..] => false,
            ["HUB", "GROUPS" or "COHORTS" or "SALT" or "CUSTOMER", ..] => true,
            ["HUB", "DATASETS", _, "HELD" or "OWNER", ..] => true,
            ["HUB", "DATASETS"] or ["HUB", "DATASETS", _] => true,
            ["REVERSEPROXY", "ROUTES"] or ["REVERSEPROXY", "ROUTES", _] => true,
            ["REVERSEPROXY", "ROUTES", _, "CLUSTERID" or "MATCH" or "ORDER", ..] => true,
            _ => false,
        };
    }

    // A new group stands at share 0; only what does not wait for a share goes to New at once.
    private static bool MovesByItself(ConfigNode node, HubConfig config) =>
        config.Groups.GetValueOrDefault(node.Path[(node.Path.LastIndexOf('.') + 1)..]) is not { } group
        || group.Cohorts.Count > 0
        || group.Routes.Values.Any(route => route.Declared == Side.New
            || route.Writes.Any(dataset => config.Datasets.TryGetValue(dataset, out var written) && written.Owner == Side.New));

    // Values of connectors and whatever is named like a secret are not repeated, neither here nor in the audit trail.
    private static bool IsPrivate(ConfigNode node) =>
        node.Path.StartsWith("Hub.Connectors", StringComparison.OrdinalIgnoreCase)
        || PrivateWords.Any(word => node.Path.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Value(ConfigNode node) => node.Text is { } text && !IsPrivate(node) ? $" ({text})" : "";
}
