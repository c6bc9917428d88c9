using System.Collections.Immutable;
using System.Globalization;
using Hub.Control.Gates;
using Hub.Control.Protocol;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Control.Plans;

/// <summary>All that a plan's next move is decided by.</summary>
/// <param name="Group">Where the group stands; null: the document holds it no longer.</param>
/// <param name="Rates">Requests and orders of New a minute, lately.</param>
internal sealed record PlanFacts(
    GroupState? Group, DateTimeOffset? FrozenUntil, WorkingHoursConfig Hours, ImmutableArray<GateView> Gates,
    (double Requests, double Orders) Rates, DateTimeOffset Now);

/// <summary>What a plan does now.</summary>
internal enum PlanMove
{
    Wait,
    Climb,
    End,
}

/// <summary>A move, and why, in words.</summary>
/// <param name="Held">Gates hold it: that is told to people.</param>
internal sealed record PlanStep(PlanMove Move, string Words, bool Held = false);

/// <summary>
/// Whether a plan climbs (SAFETY.md 20): by samples and orders seen on New at this step, in working hours, past open gates
/// only. Pure.
/// </summary>
internal static class PlanDecision
{
    public static PlanStep Of(string group, StoredPlan plan, PlanFacts facts)
    {
        if (facts.Group is not { } state)
        {
            return new PlanStep(PlanMove.End, $"the document holds no group {group} any longer");
        }

        if (state.RolledBack || state.Share != plan.Share)
        {
            return new PlanStep(PlanMove.End, $"{group} was moved by somebody else");
        }

        if (plan.Next is null)
        {
            return new PlanStep(PlanMove.End, "its last step is reached");
        }

        // Where nothing goes to New there is nothing to be seen.
        if (plan.Share > 0 && (Missing(plan.SeenRequests, plan.Requests, "requests", facts.Rates.Requests, facts.Now)
            ?? Missing(plan.SeenOrders, plan.Orders, "orders", facts.Rates.Orders, facts.Now)) is { } missing)
        {
            return new PlanStep(PlanMove.Wait, missing);
        }

        if (facts.FrozenUntil > facts.Now)
        {
            return new PlanStep(PlanMove.Wait, $"frozen until {facts.FrozenUntil:u}");
        }

        if (!plan.AnyTime && WorkingHours.OpensAt(facts.Hours, facts.Now) is { } opens)
        {
            return new PlanStep(PlanMove.Wait, $"working hours begin {opens:yyyy-MM-dd HH:mm} UTC");
        }

        var held = facts.Gates.RemoveAll(gate => gate.Open);
        return held.IsEmpty
            ? new PlanStep(PlanMove.Climb, "")
            : new PlanStep(PlanMove.Wait, string.Join("; ", held.Select(gate => gate.Words)), Held: true);
    }

    private static string? Missing(long seen, long wanted, string what, double aMinute, DateTimeOffset now)
    {
        if (seen >= wanted)
        {
            return null;
        }

        var at = aMinute > 0 ? now.AddMinutes((wanted - seen) / aMinute) : (DateTimeOffset?)null;
        return string.Create(CultureInfo.InvariantCulture, $"{seen:N0} of {wanted:N0} {what}, {GateDecision.Rate(aMinute, at, now, "none come")}");
    }
}
