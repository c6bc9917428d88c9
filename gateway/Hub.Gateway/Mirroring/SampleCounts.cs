using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using Hub.Control.Protocol;
using Hub.Gateway.Mirroring.Comparing;
using Hub.Placement;

namespace Hub.Gateway.Mirroring;

/// <summary>
/// What this plane found since its start, by route and builds of both sides (SAFETY.md 19); told to control with each
/// report, whole.
/// </summary>
/// <remarks>
/// Bound: <see cref="MostPairs"/> pairs of builds a route, the oldest goes first; a report holds at most
/// <see cref="MostReported"/> sums, of those that changed within <see cref="Told"/>.
/// </remarks>
internal sealed class SampleCounts(TimeProvider time)
{
    private const int MostPairs = 8, MostReported = 256, MostBuild = 64;

    private static readonly TimeSpan Told = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<(string Group, string Route), ImmutableArray<RouteSums>> _routes = new();
    private readonly Lock _lock = new();

    public void Add(MirrorCopy copy, Answer expected, Answer actual, List<Mismatch> mismatches)
    {
        var header = copy.Route.Config.BuildHeader;
        var (answering, other) = (Build(expected, header), Build(actual, header));
        var (legacy, next) = copy.Answering == Side.Legacy ? (answering, other) : (other, answering);
        var key = (copy.Route.Group, copy.Route.Id);
        var rules = MirrorRules.Name(copy.Route.GroupConfig, copy.Route.RouteConfig, copy.Since);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var sums = _routes.GetValueOrDefault(key, []);

            // A side that did not answer told no build: it is the one that was heard last.
            if (actual.Status == 0 && sums.Where(sum => sum.Rules == rules).MaxBy(sum => sum.LastAt) is { } last)
            {
                (legacy, next) = (last.LegacyBuild, last.NewBuild);
            }

            var at = -1;
            for (var i = 0; i < sums.Length; i++)
            {
                at = sums[i].LegacyBuild == legacy && sums[i].NewBuild == next && sums[i].Rules == rules ? i : at;
            }

            var sum = at >= 0 ? sums[at] : new RouteSums(copy.Route.Group, copy.Route.Id, legacy, next, rules, 0, 0, 0, 0, new byte[VarietySketch.Length], now, now);
            byte[] variety = [.. sum.Variety];
            VarietySketch.Add(variety, State(copy, expected));
            sum = sum with
            {
                Samples = sum.Samples + 1,
                Agreed = sum.Agreed + (mismatches.Count == 0 ? 1 : 0),
                Strict = sum.Strict + (mismatches.Exists(mismatch => mismatch.Strict) ? 1 : 0),
                Seen = sum.Seen + copy.Route.TakeSeen(),
                Variety = variety,
                LastAt = now,
            };
            sums = at >= 0 ? sums.SetItem(at, sum) : sums.Add(sum);
            _routes[key] = sums.Length <= MostPairs ? sums : sums.Remove(sums.MinBy(pair => pair.LastAt)!);
        }
    }

    public PlaneReport AddTo(PlaneReport report)
    {
        if (_routes.IsEmpty)
        {
            return report;
        }

        var since = time.GetUtcNow() - Told;
        return report with
        {
            Mirrored = [.. _routes.Values.SelectMany(sums => sums).Where(sum => sum.LastAt > since).OrderByDescending(sum => sum.LastAt).Take(MostReported)],
        };
    }

    public IEnumerable<RouteSums> All => _routes.Values.SelectMany(sums => sums);

    // Whose page it is in general, not in particular: the target, and whether somebody is logged in.
    private static ulong State(MirrorCopy copy, Answer expected)
    {
        var target = copy.Line.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 && copy.Line.Contains("token", StringComparison.OrdinalIgnoreCase)
            ? Noise.Without(copy.Line) : copy.Line;
        return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{target}\n{copy.LoggedIn}\n{expected.Status}"));
    }

    private static string Build(Answer answer, string? header) =>
        header is not null && answer.Header(header) is { } build ? build.Length > MostBuild ? build[..MostBuild] : build : "";
}
