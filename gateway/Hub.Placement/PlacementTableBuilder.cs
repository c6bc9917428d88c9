using System.Collections.Frozen;
using Hub.Configuration;
using Hub.Placement.Building;
using Hub.Placement.Config;

namespace Hub.Placement;

/// <summary>
/// Builds the table from what the file says exists and what control says of where it stands, and tells everything that is
/// wrong at once, with lines.
/// </summary>
public static class PlacementTableBuilder
{
    private static readonly TimeSpan ShortestKeep = TimeSpan.FromMinutes(1), LongestKeep = TimeSpan.FromDays(3650);

    /// <param name="config">The <c>Hub</c> section.</param>
    /// <param name="root">The whole file: the ids of routes and clusters of its <c>ReverseProxy</c> section, and the lines.</param>
    /// <param name="standings">Where groups stand, by name; one that is missing stands at share 0.</param>
    /// <param name="owners">Who owns the datasets, by name; of one that is missing, the file says it.</param>
    /// <param name="revision">The number of the revision.</param>
    /// <param name="problems">What is wrong is added to it.</param>
    /// <returns>The table, or null where there are problems, those of the caller included.</returns>
    public static PlacementTable? Build(
        HubConfig config,
        ConfigNode root,
        IReadOnlyDictionary<string, GroupStanding> standings,
        IReadOnlyDictionary<string, Side> owners,
        long revision,
        List<ConfigProblem> problems)
    {
        var findings = new Findings(root, problems);

        foreach (var (name, dataset) in config.Datasets.Where(dataset => dataset.Value.Keep < ShortestKeep || dataset.Value.Keep > LongestKeep))
        {
            findings.Add($"Hub.Datasets.{name}.Keep", $"claims are kept for {dataset.Keep}",
                "control keeps a claim for a minute to ten years, and a claim that it refuses would leave every customer at legacy",
                "write how long a side keeps a customer's data: \"30.00:00:00\" is 30 days");
        }

        BoundaryReader.Read(config.Boundary, findings);
        CustomerReader.Check(config.Customer, root, findings);
        new RouteRulesReader(config, findings).Check();

        foreach (var name in config.Notifications.Where(target => target.Value.Url.IsEmpty).Select(target => target.Key))
        {
            findings.Add($"Hub.Notifications.{name}", "'Url' is missing", "nobody can be told without it", "write \"Url\": \"env:NAME\" or \"file:PATH\"");
        }

        foreach (var (name, kind) in config.Notifications.SelectMany(target => target.Value.Kinds.Select(kind => (target.Key, kind)))
            .Where(wanted => !NotificationConfig.AllKinds.Contains(wanted.kind, StringComparer.OrdinalIgnoreCase)))
        {
            findings.Add(
                $"Hub.Notifications.{name}.Kinds", $"there is no kind '{kind}'", "it would be told nothing of it",
                $"write some of {string.Join(", ", NotificationConfig.AllKinds)}, or none for all");
        }

        if (WorkingHours.Problem(config.WorkingHours) is { } hours)
        {
            findings.Add("Hub.WorkingHours", hours, "plans climb within these hours only", "write \"Zone\": \"Europe/Berlin\", \"From\": \"09:00\", \"To\": \"17:00\"");
        }

        // Order matters: forms look at the journeys and owners of their targets.
        var groups = new GroupReader(config, root, findings).Read(standings);
        var drafts = new RouteReader(config, root, owners, findings).Read();
        new OverloadReader(config, root, findings).Check();
        var held = HeldReader.Read(drafts.Values, findings);
        new JourneyReader(config, drafts, findings).Read();
        FormReader.Read(drafts, findings);
        SlugReader.Read(config, root, drafts.Values, findings);
        new CacheReader(config, root, owners, held, findings).Read(drafts.Values);
        // Last: it takes away what the others look at.
        new MarkReader(config, drafts, findings).Read();
        if (findings.Any)
        {
            return null;
        }

        var routes = drafts.Values.ToDictionary(
            draft => draft.Id, draft => draft.Freeze(groups[draft.Group], held.GetValueOrDefault(draft.Group)), StringComparer.Ordinal);
        foreach (var page in drafts.Values.Where(draft => draft.Form is not null))
        {
            routes[page.Id].Form = routes[page.Form!.Id];
        }

        return new PlacementTable(revision, groups.ToFrozenDictionary(), routes.ToFrozenDictionary(), [.. config.Cohorts.Keys]);
    }
}
