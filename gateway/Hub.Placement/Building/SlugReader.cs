using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Checks slug tables and the routes that ask them.</summary>
internal static class SlugReader
{
    private static readonly string[] Parameters = ["{slug}", "{*slug}", "{**slug}"];

    public static void Read(HubConfig config, ConfigNode root, IEnumerable<RouteDraft> drafts, Findings findings)
    {
        var datasets = new Names("dataset", "Hub.Datasets", config.Datasets.Keys);
        foreach (var (name, table) in config.Slugs.Where(table => table.Value.Dataset is not null))
        {
            findings.Knows(datasets, table.Dataset!, $"Hub.Slugs.{name}.Dataset", out _);
        }

        var tables = new Names("slug table", "Hub.Slugs", config.Slugs.Keys);
        foreach (var draft in drafts.Where(draft => draft.Config.Slug is not null))
        {
            if (draft.Config.Slug!.Table is { } table)
            {
                findings.Knows(tables, table, $"{draft.Path}.Slug.Table", out _);
            }

            var match = root["ReverseProxy"]?["Routes"]?[draft.Id]?["Match"]?["Path"]?.Text ?? "";
            if (!Parameters.Any(parameter => match.Contains(parameter, StringComparison.OrdinalIgnoreCase)))
            {
                findings.Add($"{draft.Path}.Slug", $"the route's Match.Path '{match}' has no {{slug}}", "there is nothing to look up",
                    "write it as /{slug}, or /{**slug} where slugs have slashes in them");
            }
        }
    }
}
