using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Control.Protocol;

/// <summary>A gate of a group: what must hold before more customers go to New (SAFETY.md 20).</summary>
/// <param name="Gate"><c>readiness</c>, <c>candidate</c>, <c>lag</c>, <c>search engines</c>, <c>stages</c> or <c>cooldown</c>.</param>
/// <param name="Open">Whether it holds no longer. What is not known is not open.</param>
/// <param name="Words">What there is and what is missing, with figures.</param>
/// <param name="EnoughAt">When it will be open at the present rate, UTC; null: it can't be said.</param>
public sealed record GateView(string Gate, bool Open, string Words, DateTimeOffset? EnoughAt = null);

/// <summary>The answer of <c>GET /api/groups/{group}/gates?share=</c>.</summary>
/// <param name="Share">The share that was asked for, per cent.</param>
/// <param name="Gates">Empty where the file declares no gates for the group.</param>
public sealed record GatesView(string Group, decimal Share, ImmutableArray<GateView> Gates);

/// <summary>Body of <c>POST /api/groups/{group}/plan</c>; needs <c>If-Match</c>.</summary>
/// <param name="Steps">Shares in per cent, rising.</param>
/// <param name="Requests">So many requests New must have had at a step before the next.</param>
/// <param name="Orders">So many orders.</param>
/// <param name="AnyTime">Outside of working hours too.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StartPlan(ImmutableArray<decimal> Steps, long Requests, long Orders = 0, bool AnyTime = false, string? Reason = null);

/// <summary>A plan that climbs: <c>GET /api/groups/{group}/plan</c>.</summary>
/// <param name="Share">Where it stands, per cent.</param>
/// <param name="Next">The next step; null: there is none.</param>
/// <param name="Requests">Seen on New since this step began, of how many.</param>
/// <param name="Waits">What it waits for, and until when at the present rate.</param>
public sealed record PlanView(
    string Group,
    ImmutableArray<decimal> Steps,
    decimal Share,
    decimal? Next,
    long Requests,
    long OfRequests,
    long Orders,
    long OfOrders,
    bool AnyTime,
    string By,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset StepAt,
    string Waits);
