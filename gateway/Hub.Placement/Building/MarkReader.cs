using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>
/// Leaves the routes with the datasets that matter to a customer who reads their own writes (SAFETY.md 8): those that the
/// pipeline brings from side to side, that some route reads and some route writes. No other route pays for it.
/// </summary>
internal sealed class MarkReader(HubConfig config, Dictionary<string, RouteDraft> drafts, Findings findings)
{
    private static readonly TimeSpan LargestSkew = TimeSpan.FromMinutes(1);

    public void Read()
    {
        if (config.ClockSkew < TimeSpan.Zero || config.ClockSkew > LargestSkew)
        {
            findings.Add("Hub.ClockSkew", $"clocks may differ by {config.ClockSkew}", "marks of writes would never be passed, or too early",
                "keep the machines' clocks together (NTP) and write what is left: \"00:00:01\" is a second, a minute is the most");
        }

        var marked = config.Datasets.Where(dataset => dataset.Value is { Held: Held.Whole, Source: not null }).Select(dataset => dataset.Key)
            .Intersect(drafts.Values.SelectMany(draft => draft.Reads))
            .Intersect(drafts.Values.SelectMany(draft => draft.Writes.Concat(draft.Through)))
            .ToHashSet();
        foreach (var list in drafts.Values.SelectMany(draft => new[] { draft.Reads, draft.Writes, draft.Through }))
        {
            list.RemoveAll(dataset => !marked.Contains(dataset));
        }
    }
}
