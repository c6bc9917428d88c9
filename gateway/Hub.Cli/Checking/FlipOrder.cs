using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Cli.Checking;

/// <summary>
/// Which groups must flip before which: legacy's pages can't show a summary of data that New holds for a customer
/// (SAFETY.md 7), so pages that show a cart flip before the cart.
/// </summary>
internal static class FlipOrder
{
    public static IEnumerable<Finding> Check(ConfigNode root, HubConfig hub) =>
        from dataset in hub.Datasets
        where dataset.Value.Held == Held.PerCustomer
        from holder in hub.Groups
        where holder.Value.Routes.Values.Any(route => route.Reads.Concat(route.Writes).Contains(dataset.Key, StringComparer.OrdinalIgnoreCase))
        from shower in hub.Groups
        where shower.Key != holder.Key
            && shower.Value.Routes.Values.Any(route => route.Shows.Contains(dataset.Key, StringComparer.OrdinalIgnoreCase))
        select Finding.Note(
            root, $"Hub.Groups.{shower.Key}", $"pages of '{shower.Key}' show '{dataset.Key}', which '{holder.Key}' holds per customer",
            "legacy's pages can't show what New holds", $"shift '{shower.Key}' before '{holder.Key}', and never below it");
}
