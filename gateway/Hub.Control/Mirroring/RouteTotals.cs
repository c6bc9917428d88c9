using Hub.Control.Protocol;
using Hub.Placement;

namespace Hub.Control.Mirroring;

/// <summary>What all planes found of one route between the same builds by the same rules.</summary>
internal sealed record RouteTotals(string LegacyBuild, string NewBuild)
{
    private readonly byte[] _variety = new byte[VarietySketch.Length];

    public long Samples { get; private set; }

    public long Agreed { get; private set; }

    public long Strict { get; private set; }

    public long Seen { get; private set; }

    public DateTimeOffset? FirstAt { get; private set; }

    public DateTimeOffset? LastAt { get; private set; }

    public ReadOnlySpan<byte> Variety => _variety;

    /// <summary>
    /// Of several pairs of builds, the one that counts. While a deploy rolls two builds answer, and the one with fewer
    /// samples decides: a new build must not pass by the samples of the old.
    /// </summary>
    public static RouteTotals? Newest(IEnumerable<RouteSums> sums)
    {
        var pairs = sums.GroupBy(sum => (sum.LegacyBuild, sum.NewBuild)).Select(pair => pair.Aggregate(
            new RouteTotals(pair.Key.LegacyBuild, pair.Key.NewBuild), (totals, sum) => totals.Add(sum))).ToList();
        var last = pairs.Max(pair => pair.LastAt);
        return pairs.Where(pair => pair.LastAt >= last - Answering).MinBy(pair => pair.Samples);
    }

    /// <summary>A build that was heard within so long before the newest word answers still.</summary>
    private static readonly TimeSpan Answering = TimeSpan.FromMinutes(1);

    public RouteReadiness Read(string route) => new(
        route, LegacyBuild, NewBuild, Samples, Agreed, Strict, Samples == 0 ? null : (double)Agreed / Samples,
        Samples == 0 ? null : RateBounds.Lower(Agreed, Samples, RateBounds.Percent95), VarietySketch.Estimate(_variety), Seen, 0, FirstAt, LastAt);

    private RouteTotals Add(RouteSums sum)
    {
        Samples += sum.Samples;
        Agreed += sum.Agreed;
        Strict += sum.Strict;
        Seen += sum.Seen;
        FirstAt = FirstAt < sum.FirstAt ? FirstAt : sum.FirstAt;
        LastAt = LastAt > sum.LastAt ? LastAt : sum.LastAt;
        VarietySketch.Merge(_variety, sum.Variety);
        return this;
    }
}
