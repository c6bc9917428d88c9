using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Reads the routes of all groups and what each says of data and business keys.</summary>
internal sealed class RouteReader(
    HubConfig config, ConfigNode root, IReadOnlyDictionary<string, Side> owners, Findings findings)
{
    private readonly Names _routes = Names.Under("ReverseProxy.Routes", "route", root);
    private readonly Names _datasets = new("dataset", "Hub.Datasets", config.Datasets.Keys);

    /// <summary>Routes by id; one that stands in two groups is told and belongs to the first.</summary>
    public Dictionary<string, RouteDraft> Read()
    {
        var drafts = new Dictionary<string, RouteDraft>(StringComparer.OrdinalIgnoreCase);
        foreach (var (group, groupConfig) in config.Groups)
        {
            foreach (var (name, route) in groupConfig.Routes)
            {
                var path = $"Hub.Groups.{group}.Routes.{name}";
                findings.Knows(_routes, name, path, out var id);
                var draft = new RouteDraft(id, group, route, path);
                if (!drafts.TryAdd(id, draft))
                {
                    findings.Add(path, $"the route '{id}' stands in the groups '{drafts[id].Group}' and '{group}'",
                        "routes of a group flip together, and it could not follow both (SAFETY.md 4)", "remove it from one of them");
                    continue;
                }

                ReadDatasets(draft);
                ReadBusinessKeys(draft);
            }
        }

        return drafts;
    }

    private void ReadDatasets(RouteDraft draft)
    {
        var reads = Known(draft, draft.Config.Reads, "Reads");
        var writes = Known(draft, draft.Config.Writes, "Writes");
        var through = Known(draft, draft.Config.Through, "Through");
        Known(draft, draft.Config.Shows, "Shows");
        var ends = Known(draft, draft.Config.Ends, "Ends");
        foreach (var whole in ends.Where(name => !IsHeld(name)))
        {
            findings.Add($"{draft.Path}.Ends", $"'{whole}' is not held per customer", "only such a dataset has claims that could end",
                $"remove it, or write \"Held\": \"per customer\" in Hub.Datasets.{whole}");
        }

        var owned = writes.Where(name => !IsHeld(name)).ToList();
        var held = reads.Concat(writes).Where(IsHeld).Distinct().ToList();
        if (owned.Select(Owner).Distinct().Count() > 1)
        {
            findings.Add($"{draft.Path}.Writes",
                $"it writes {string.Join(" and ", owned.Select(name => $"'{name}' (owned by {Owner(name)})"))}",
                "a request goes to one side, and each dataset is written by its owner only (SAFETY.md 5)",
                "make routes of their own for them, or name what New hands to legacy's API in Through");
        }

        if (owned.Count > 0 && held.Count > 0)
        {
            findings.Add($"{draft.Path}.Writes", $"it writes '{owned[0]}' and touches '{held[0]}', which is held per customer",
                "the one goes to its owner, the other to the side that holds the customer's (SAFETY.md 5 and 7)",
                $"name '{owned[0]}' in Through if New hands it to legacy's API, or make routes of their own by Match.Methods");
        }

        if (writes.Count > 0 && draft.Config is { PostReads: true, GetWrites: false })
        {
            findings.Add($"{draft.Path}.PostReads", "it names Writes, but neither its POSTs nor its GETs write",
                "its writes would follow the share and not their owner", "remove PostReads or Writes, or add GetWrites");
        }

        draft.Owner = owned.Count > 0 ? Owner(owned[0]) : null;
        draft.Held = held.FirstOrDefault();
        draft.WritesHeld = writes.Any(IsHeld);
        draft.Reads.AddRange(reads);
        draft.Writes.AddRange(writes);
        draft.Through.AddRange(through);
        draft.Ends.AddRange(ends);
        if (held.Count > 1)
        {
            findings.Add(draft.Path, $"it reads or writes {string.Join(" and ", held.Select(name => $"'{name}'"))}, each held per customer",
                "a customer's part of each may be on another side, and a request goes to one (SAFETY.md 7)", "make routes of their own for them");
        }
    }

    private void ReadBusinessKeys(RouteDraft draft)
    {
        if (draft.Config.BusinessKey is { } key)
        {
            var path = $"{draft.Path}.BusinessKey";
            if (new[] { key.Path, key.Query, key.Body }.Count(place => place is not null) != 1)
            {
                findings.Add(path, "it names none or more than one of Path, Query and Body", "the number is read from one place", "name one of the three");
            }

            if (key.Body is { } body && (body.Contains('[', StringComparison.Ordinal) || (body.StartsWith('$') && !body.StartsWith("$.", StringComparison.Ordinal))))
            {
                findings.Add($"{path}.Body", $"'{body}' is no way to a property", "only properties of objects can be named, no items of lists",
                    "write a field's name, or the way to a JSON property as $.data.order");
            }

            var match = root.Nearest($"ReverseProxy.Routes.{draft.Id}")["Match"]?["Path"]?.Text;
            if (key.Path is not null && match is not null && !match.Contains($"{{{key.Path}", StringComparison.OrdinalIgnoreCase))
            {
                findings.Add($"{path}.Path", $"the route's Match.Path '{match}' has no '{{{key.Path}}}'", "the number could not be read from it",
                    "write the name of a parameter of Match.Path");
            }
        }

        if (draft.Config.Learns?.Location is { } location && location.Split("{}").Length != 2)
        {
            findings.Add($"{draft.Path}.Learns.Location", $"'{location}' has not exactly one {{}}", "it stands for the number that is to be learned",
                "write it as in /checkout/done/{}");
        }
    }

    private List<string> Known(RouteDraft draft, List<string> names, string list)
    {
        var known = new List<string>();
        for (var i = 0; i < names.Count; i++)
        {
            if (findings.Knows(_datasets, names[i], $"{draft.Path}.{list}[{i}]", out var declared) && !known.Contains(declared))
            {
                known.Add(declared);
            }
        }

        return known;
    }

    private bool IsHeld(string dataset) => config.Datasets[dataset].Held == Held.PerCustomer;

    private Side Owner(string dataset) => owners.TryGetValue(dataset, out var owner) ? owner : config.Datasets[dataset].Owner;
}
