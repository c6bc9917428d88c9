using Hub.Control.Documents;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Control.Mirroring;

/// <summary>
/// How ready New is (SAFETY.md 19): what all gateway planes found by mirroring, of the builds that answer now, and what the
/// newest crawl found. Without data it is unknown, and never a pass.
/// </summary>
internal sealed class Readiness(ReadinessStore store, RevisionLog revisions, TimeProvider time)
{
    /// <summary>The rate is that of so long.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);

    /// <summary>A group's readiness now; null where the document in force has no such group. Quick: nothing is read from disk.</summary>
    public GroupReadiness? Of(string group)
    {
        var wanted = revisions.Current;
        return wanted.Revision.Groups.TryGetValue(group, out var state) && wanted.Document.Config.Groups.TryGetValue(group, out var config)
            ? Read(group, state, config, wanted.Document)
            : null;
    }

    private GroupReadiness Read(string group, GroupState state, GroupConfig config, HubDocument document)
    {
        var variety = new byte[VarietySketch.Length];
        var routes = new List<RouteReadiness>();
        foreach (var (id, route) in config.Routes.OrderBy(route => route.Key, StringComparer.Ordinal))
        {
            if (!MirrorRules.Mirrors(config, route, Methods(document, id)))
            {
                continue;
            }

            var rules = MirrorRules.Name(config, route, state.MirroredSince);
            if (RouteTotals.Newest(store.Of(group, id).Where(sum => sum.Rules == rules)) is { } totals)
            {
                VarietySketch.Merge(variety, totals.Variety);
                routes.Add(totals.Read(id) with { PerHour = PerHour(totals) });
            }
            else
            {
                routes.Add(new RouteReadiness(id, "", "", 0, 0, 0, null, null, 0, 0, 0, null, null));
            }
        }

        var seen = routes.Sum(Weight);
        var samples = routes.Sum(route => route.Samples);
        return new GroupReadiness(
            group, state.Mirrored, samples, routes.Sum(route => route.Agreed), routes.Sum(route => route.Strict),
            samples == 0 ? null : routes.Sum(route => Weight(route) * (route.Share ?? 0)) / seen,
            samples == 0 ? null : routes.Sum(route => Weight(route) * (route.AtLeast ?? 0)) / seen,
            VarietySketch.Estimate(variety), routes.Sum(route => route.PerHour),
            [.. routes.Where(route => route.Samples == 0).Select(route => route.Route)], [.. routes], store.Crawl(group));
    }

    // A route that many ask for weighs more. One without a sample weighs nothing: it is named as unknown.
    private static double Weight(RouteReadiness route) => Math.Max(route.Seen, route.Samples);

    private double PerHour(RouteTotals totals)
    {
        var now = time.GetUtcNow();
        if (totals.LastAt < now - Lately || totals.FirstAt is not { } first)
        {
            return 0;
        }

        return totals.Samples / Math.Max((now - first).TotalHours, 1.0 / 60);
    }

    private static IEnumerable<string> Methods(HubDocument document, string route) =>
        document.Root?.Nearest($"ReverseProxy.Routes.{route}")["Match"]?["Methods"]?.Children.Select(method => method.Node.Text ?? "") ?? [];
}
