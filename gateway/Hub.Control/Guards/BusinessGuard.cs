using Hub.Control.Access;
using Hub.Control.Figures;
using Hub.Control.Groups;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Placement.Config;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Control.Guards;

/// <summary>
/// Compares what all planes saw of a group with the same hour last week, and rolls it back when New does too little business
/// (SAFETY.md 21). What a single plane can see by itself it guards itself, and sooner.
/// </summary>
/// <remarks>
/// Figures that do not come are no fall: nothing is judged while a minute is missing, was told by fewer planes than another,
/// or a gateway plane has gone silent within the last hour.
/// </remarks>
internal sealed partial class BusinessGuard(
    RevisionLog revisions, FigureStore figures, PlaneRegistry planes, TimeProvider time, ILogger<BusinessGuard> logger) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10), Week = TimeSpan.FromDays(7), Silence = TimeSpan.FromHours(1);

    /// <summary>A minute is told whole within seconds of its end.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(10);

    /// <summary>So long after a share has moved shoppers of New have had time to reach their orders.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMinutes(10);

    private static readonly int[] Windows = [5, 15];

    /// <summary>Looks at all groups with guards once.</summary>
    public async Task LookAsync()
    {
        var wanted = revisions.Current;
        var now = time.GetUtcNow();
        if (planes.View().Any(plane => plane is { Role: "gateway", Live: false } && now - plane.LastReport < Silence))
        {
            return;
        }

        foreach (var (group, state) in wanted.Revision.Groups)
        {
            if (state is { RolledBack: false, Share: > 0 }
                && wanted.Document.Config.Groups.GetValueOrDefault(group)?.Guards is { BusinessLastWeek: not null } config
                && wanted.State.Groups[group].ChangedAt is { } movedAt && Trip(group, config, state.Share, movedAt + Settle, now) is { } words)
            {
                await TakeBackAsync(group, config.Evacuate, state, words);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync();
            await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string? Trip(string group, GuardsConfig config, int share, DateTimeOffset settled, DateTimeOffset now)
    {
        var end = DateTimeOffset.FromUnixTimeSeconds((now - Told).ToUnixTimeSeconds() / 60 * 60);
        foreach (var minutes in Windows)
        {
            var start = end.AddMinutes(-minutes);
            if (start < settled || figures.Whole(group, start, end) is not { } seen)
            {
                continue;
            }

            // A window may lie in two hours; then both of last week's must say the same.
            var (from, until) = (FigureStore.Hour(start - Week), FigureStore.Hour(end.AddMinutes(-1) - Week).AddHours(1));
            var hours = figures.Hours(group, from, until);
            var window = new BusinessWindow(
                minutes, seen.Aggregate(SideFigures.None, (sum, minute) => sum.Plus(minute.Legacy)),
                seen.Aggregate(SideFigures.None, (sum, minute) => sum.Plus(minute.New)));
            var words = hours.ConvertAll(hour => BusinessDecision.Of(config, share, window, hour));
            if (words.Count == (until - from).TotalHours && words.TrueForAll(word => word is not null))
            {
                return words[0];
            }
        }

        return null;
    }

    private async Task TakeBackAsync(string group, bool evacuate, GroupState saw, string words)
    {
        LogTripped(logger, group, words);
        await revisions.ChangeAsync<bool>(draft =>
        {
            // Moved meanwhile: what was seen says nothing of where it stands.
            if (draft.Before.Revision.Groups.GetValueOrDefault(group) != saw)
            {
                return false;
            }

            RollbackGroupEndpoint.RollBack(draft, group, evacuate, words, new Caller(PlaneRollback.Guard, Role.Plane, "control"));
            return true;
        });
    }

    [LoggerMessage(1, LogLevel.Warning, "A guard takes group {Group} back: {Words}")]
    private static partial void LogTripped(ILogger logger, string group, string words);
}
