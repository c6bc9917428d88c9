using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement;

/// <summary>What <c>hub check</c> warns of and nobody refuses.</summary>
public static class PlacementHints
{
    /// <summary>
    /// Pages that show a summary of data held per customer (a mini-cart) while that data goes to New for customers whose
    /// pages are still legacy's: only New's pages can fetch it from the other side (SAFETY.md 7).
    /// </summary>
    /// <param name="table">What was built from <paramref name="config"/> and where its groups stand.</param>
    public static List<ConfigProblem> Of(HubConfig config, ConfigNode root, PlacementTable table)
    {
        var hints = new List<ConfigProblem>();
        foreach (var (name, groupConfig) in config.Groups)
        {
            var pages = table.Groups[name];
            foreach (var (route, shown) in groupConfig.Routes.SelectMany(
                route => route.Value.Shows.Select(dataset => (route.Key, dataset))))
            {
                var holder = table.Routes.Values.FirstOrDefault(
                    other => string.Equals(other.HeldDataset, shown, StringComparison.OrdinalIgnoreCase))?.Group;
                if (holder is null || holder == pages || holder.Share == 0 || (holder.Share <= pages.Share && holder.Salt == pages.Salt))
                {
                    continue;
                }

                var path = $"Hub.Groups.{name}.Routes.{route}.Shows";
                hints.Add(new ConfigProblem(path, root.Nearest(path).Line,
                    $"it shows a summary of '{shown}', of which the group '{holder.Name}' sends {holder.Share / 100m:0.##} % of the customers to New, '{name}' {pages.Share / 100m:0.##} %",
                    "legacy's pages can't show what New holds, so some customers would see an empty summary",
                    $"let '{name}' lead with the same Salt (hub group shift {name} --share {holder.Share / 100m:0.##}), or give the fragment a route of its own in '{holder.Name}'"));
            }
        }

        return hints;
    }
}
