using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Control.Planes;

/// <summary>
/// Up to where New has what legacy wrote, as migration planes report it; passed on to gateways with its age (SAFETY.md 8).
/// It holds the datasets of the last report of each migration plane, and forgets one that is silent for a minute.
/// </summary>
internal sealed class AppliedTimes(TimeProvider time)
{
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private volatile ImmutableDictionary<string, Report> _reports = ImmutableDictionary<string, Report>.Empty;

    public ValueTask TakeAsync(PlaneReport report)
    {
        if (report.Applied is { } applied)
        {
            var now = time.GetUtcNow();
            lock (_lock)
            {
                _reports = _reports.RemoveRange(_reports.Where(known => now - known.Value.At > Forget).Select(known => known.Key))
                    .SetItem(report.Plane, new Report(applied, now));
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Adds them; where planes disagree on a dataset, what was said last counts.</summary>
    public PlaneSignals Tell(PlaneSignals told)
    {
        var now = time.GetUtcNow();
        var applied = told.Applied.ToBuilder();
        foreach (var report in _reports.Values.Where(report => now - report.At <= Forget).OrderBy(report => report.At))
        {
            foreach (var (dataset, upTo) in report.Applied)
            {
                applied[dataset] = new AppliedTime(upTo, (now - report.At).TotalSeconds);
            }
        }

        return told with { Applied = applied.ToImmutable() };
    }

    private sealed record Report(ImmutableSortedDictionary<string, DateTimeOffset> Applied, DateTimeOffset At);
}
