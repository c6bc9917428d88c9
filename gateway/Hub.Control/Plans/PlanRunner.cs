using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Figures;
using Hub.Control.Gates;
using Hub.Control.Groups;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Microsoft.Extensions.Hosting;

namespace Hub.Control.Plans;

/// <summary>
/// Climbs the groups that have plans, looking each second. Plans stand in control's store, with what was seen at their
/// step; a restart forgets five seconds of it at most.
/// </summary>
internal sealed class PlanRunner(RevisionLog revisions, FigureStore figures, GateKeeper gates, ControlStore store, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1), Keep = TimeSpan.FromSeconds(5), Lately = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, PlanView> _views = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Requests, long Orders)> _seen = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);
    private DateTimeOffset _keptAt;

    /// <summary>The plan of a group as it stood at the last look.</summary>
    public PlanView? View(string group) => _views.GetValueOrDefault(group);

    /// <summary>Looks after all plans once.</summary>
    public async Task LookAsync()
    {
        await _one.WaitAsync();
        try
        {
            await LookAtAllAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    private async Task LookAtAllAsync()
    {
        Dictionary<string, StoredPlan> plans;
        using (var connection = store.Open())
        {
            plans = StoredPlan.ReadAll(connection);
        }

        foreach (var gone in _views.Keys.Concat(_seen.Keys).Except(plans.Keys).ToList())
        {
            _views.TryRemove(gone, out _);
            _seen.Remove(gone);
        }

        foreach (var (group, plan) in plans)
        {
            await LookAsync(group, plan);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync();
            await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(string group, StoredPlan stored)
    {
        var now = time.GetUtcNow();
        var seen = figures.Seen(group);
        var since = _seen.TryGetValue(group, out var counted) ? counted : seen;
        var plan = stored with
        {
            SeenRequests = stored.SeenRequests + seen.Requests - since.Requests,
            SeenOrders = stored.SeenOrders + seen.Orders - since.Orders,
        };
        var wanted = revisions.Current;
        var step = PlanDecision.Of(group, plan, new PlanFacts(
            wanted.Revision.Groups.GetValueOrDefault(group), wanted.Revision.FrozenUntil, wanted.Document.Config.WorkingHours,
            plan.Next is { } to ? gates.Of(wanted, group, to) : [], Rates(group, now), now));
        _views[group] = View(group, plan, step.Words);

        // Written where it moves, where a gate begins to hold, and every few seconds what was seen; until then the count goes on from before.
        var held = step.Held ? step.Words : "";
        var tells = step.Held && Gate(held) != Gate(plan.Held);
        if (step.Move == PlanMove.Wait && !tells && held.Length > 0 == plan.Held.Length > 0 && (now - _keptAt < Keep || plan == stored))
        {
            _seen.TryAdd(group, since);
            return;
        }

        _keptAt = now;
        await MoveAsync(group, stored, plan with { Held = held }, step, tells);
        _seen[group] = seen;
    }

    private async Task MoveAsync(string group, StoredPlan stored, StoredPlan plan, PlanStep step, bool tells) => await revisions.ChangeAsync<bool>(draft =>
    {
        // Ended or begun anew meanwhile: then it is another plan.
        if (StoredPlan.Read(draft.Connection, group) is not { } stands || stands.StartedAt != stored.StartedAt || stands.Share != stored.Share)
        {
            return false;
        }

        var caller = new Caller(plan.By, Role.Operator, "plan");
        if (step.Move == PlanMove.End)
        {
            StoredPlan.End(draft, group, caller, step.Words);
            return true;
        }

        if (step.Move == PlanMove.Climb && !draft.Frozen && draft.Before.Revision.Groups.TryGetValue(group, out var state)
            && !state.RolledBack && state.Share == plan.Share)
        {
            var next = state with { Share = plan.Next!.Value };
            draft.SetGroup(group, next, caller, plan.Reason);
            draft.Audit(caller, "plan step", group, plan.Reason, GroupWords.Of(state), GroupWords.Of(next));
            plan = plan with { Share = next.Share, StepAt = draft.Now, SeenRequests = 0, SeenOrders = 0 };
        }
        else if (tells)
        {
            draft.Audit(caller, "gate held", group, step.Words, GroupWords.Of(draft.Before.Revision.Groups[group]), null);
        }

        plan.Write(draft.Connection, group);
        return true;
    });

    // The figures in a gate's words change each second; which gate it is does not.
    private static string Gate(string words) => new([.. words.Where(char.IsLetter)]);

    private (double Requests, double Orders) Rates(string group, DateTimeOffset now)
    {
        var minutes = figures.Minutes(group, now - Lately);
        if (minutes.Count == 0)
        {
            return default;
        }

        var span = Math.Max(1, (now - minutes[0].At).TotalMinutes);
        return (minutes.Sum(minute => minute.New.Requests) / span, minutes.Sum(minute => minute.New.Orders) / span);
    }

    private static PlanView View(string group, StoredPlan plan, string waits) => new(
        group, [.. plan.Steps.Select(GroupWords.Percent)], GroupWords.Percent(plan.Share), plan.Next is { } next ? GroupWords.Percent(next) : null,
        plan.SeenRequests, plan.Requests, plan.SeenOrders, plan.Orders, plan.AnyTime, plan.By, plan.Reason, plan.StartedAt, plan.StepAt, waits);
}
