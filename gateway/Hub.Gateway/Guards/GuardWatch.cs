using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Hub.Gateway.Figures;
using Hub.Planes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Guards;

/// <summary>
/// Looks at each group with guards four times a second and takes back what does worse than it may: in force on this plane
/// at once, made a revision for all by control (SAFETY.md 12 and 21), also while that is out of reach.
/// </summary>
internal sealed partial class GuardWatch(
    FigureBoard board,
    GuardTrips trips,
    GatewayState state,
    TimeProvider time,
    GatewayMetrics metrics,
    ILogger<GuardWatch> logger,
    PlaneLink? link = null) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>An hour last week is no longer the same hour when it was told so long ago.</summary>
    private static readonly TimeSpan BaselineAge = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, GuardedGroup> _groups = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The plane stops.
        }
    }

    private async Task LookAsync()
    {
        board.Turn();
        if (link is null || state.Model is not { } model)
        {
            return;
        }

        var now = time.GetUtcNow();
        var baselines = link.Signals is { } heard && now - heard.At < BaselineAge ? heard.Signals.Baselines : null;
        foreach (var (name, standing) in model.Table.Groups)
        {
            if (model.Document.Hub.Groups[name].Guards is not { } config)
            {
                _groups.Remove(name);
                continue;
            }

            var counters = board.Of(name);
            if (!_groups.TryGetValue(name, out var group) || group.Counters != counters)
            {
                _groups[name] = group = new GuardedGroup(counters);
            }

            if (group.Look(config, standing, baselines?.GetValueOrDefault(name), now.ToUnixTimeMilliseconds()) is { } trip)
            {
                await TakeBackAsync(name, config.Evacuate, trip, now);
            }
        }
    }

    private async Task TakeBackAsync(string group, bool evacuate, GuardTrip trip, DateTimeOffset now)
    {
        LogTripped(logger, trip.Guard, group, trip.Words);
        metrics.GuardTripped(group, trip.Guard);
        trips.Keep(group, $"the guard of {trip.Guard} took {group} back at {now:HH:mm:ss} UTC: {trip.Words}");
        await link!.AddRollbackAsync(
            new PlaneRollback(Guid.NewGuid(), group, evacuate, PlaneRollback.Guard, $"{trip.Guard}: {trip.Words}", now), CancellationToken.None);
    }

    [LoggerMessage(80, LogLevel.Warning, "The guard of {Guard} takes group {Group} back: {Words}")]
    private static partial void LogTripped(ILogger logger, string guard, string group, string words);
}
