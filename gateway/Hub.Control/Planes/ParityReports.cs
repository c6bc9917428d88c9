using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Control.Planes;

/// <summary>
/// What verification says of datasets, as migration planes report it each second. Of a plane that is silent for a minute,
/// or stops, nothing is known any longer.
/// </summary>
internal sealed class ParityReports(TimeProvider time)
{
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (ImmutableArray<DatasetParity> Datasets, DateTimeOffset At)> _reports = new(StringComparer.Ordinal);

    public ValueTask TakeAsync(PlaneReport report)
    {
        if (report.Stopping)
        {
            _reports.TryRemove(report.Plane, out _);
        }
        else if (report.Parity is { } datasets)
        {
            _reports[report.Plane] = (datasets, time.GetUtcNow());
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Which of these planes said last that it runs a dataset; null where none did.</summary>
    public PlaneEntry? RunnerOf(string dataset, ImmutableArray<PlaneEntry> planes)
    {
        var now = time.GetUtcNow();
        return planes.Where(plane => _reports.TryGetValue(plane.Name, out var report) && now - report.At <= Forget
                && report.Datasets.Any(parity => parity.Dataset.Equals(dataset, StringComparison.OrdinalIgnoreCase)))
            .MaxBy(plane => _reports.TryGetValue(plane.Name, out var report) ? report.At : default);
    }

    /// <summary>Where planes disagree, what was said last counts; null where none tells.</summary>
    public DatasetParity? Of(string dataset)
    {
        var now = time.GetUtcNow();
        return _reports.Values.Where(report => now - report.At <= Forget).OrderByDescending(report => report.At)
            .SelectMany(report => report.Datasets)
            .FirstOrDefault(parity => parity.Dataset.Equals(dataset, StringComparison.OrdinalIgnoreCase));
    }
}
