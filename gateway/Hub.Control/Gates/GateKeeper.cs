using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Control.Mirroring;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Hub.Placement.Config;
using Hub.Storage;

namespace Hub.Control.Gates;

/// <summary>Gathers what gates are decided by: from memory, but for a guard's last trip. Groups without <c>Gates</c> have none.</summary>
internal sealed class GateKeeper(Readiness readiness, PlaneRegistry planes, AppliedTimes applied, ParityReports parities, ControlStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string ApiToken, ImmutableSortedDictionary<string, CandidateHealth> Health)> _told = new(StringComparer.Ordinal);

    public ValueTask TakeAsync(PlaneReport report)
    {
        if (report.Stopping)
        {
            _told.TryRemove(report.Plane, out _);
        }
        else if (report.Candidates is { } candidates)
        {
            _told[report.Plane] = (report.ApiToken, candidates);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The gates of a group on its way to a share, in ten-thousandths; empty where it has none, or does not climb.</summary>
    public ImmutableArray<GateView> Of(Wanted wanted, string group, int to)
    {
        if (wanted.Document.Config.Groups.GetValueOrDefault(group) is not { Gates: { } gates } config
            || wanted.Revision.Groups.GetValueOrDefault(group) is not { } state || to <= 0)
        {
            return [];
        }

        var told = applied.Tell(PlaneSignals.Empty).Applied;
        var now = time.GetUtcNow();
        var moving = Moving(wanted.Document.Config, config).ToImmutableArray();
        return GateDecision.Of(new GateInput(
            group, gates, state.Share, to, state.Mirrored, readiness.Of(group),
            [.. planes.Live("gateway").Select(plane => (plane.Name, Health(plane, group)))],
            [.. moving.Select(dataset => (dataset, Lag(told.GetValueOrDefault(dataset), now)))],
            CooledAt(config, group), now)
        {
            Parities = gates.Parity is null ? [] : [.. moving.Select(dataset => (dataset, parities.Of(dataset)))],
        });
    }

    private CandidateHealth? Health(PlaneEntry plane, string group) =>
        _told.TryGetValue(plane.Name, out var told) && told.ApiToken == plane.ApiToken ? told.Health.GetValueOrDefault(group) : null;

    private static TimeSpan? Lag(AppliedTime? told, DateTimeOffset now) =>
        told is { AgeSeconds: <= 10 } ? now - told.UpTo : null;

    // Those that the pipeline fills, of which New would show what it has.
    private static IEnumerable<string> Moving(HubConfig hub, GroupConfig group) => group.Routes.Values
        .SelectMany(route => route.Reads)
        .Where(dataset => hub.Datasets.TryGetValue(dataset, out var read) && read is { Held: Held.Whole, Targets: not null })
        .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal);

    private DateTimeOffset? CooledAt(GroupConfig config, string group)
    {
        if (config.Guards is not { } guards)
        {
            return null;
        }

        using var connection = store.Open();
        return connection.Query(
            $"SELECT at FROM audit WHERE action = 'group rollback' AND by = {PlaneRollback.Guard} AND subject = {group} ORDER BY id DESC LIMIT 1",
            row => row.GetDateTimeOffset(0)) is [var tripped] ? tripped + guards.Cooldown : null;
    }
}
