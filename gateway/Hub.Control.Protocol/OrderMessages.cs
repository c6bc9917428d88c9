using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.Control.Protocol;

/// <summary>An order as <c>hub order list</c> shows it.</summary>
/// <param name="Key"><c>channel/id</c>.</param>
/// <param name="State">Where it stands: <c>received</c>, <c>booked</c>, <c>shipped</c>, <c>partly shipped</c>, <c>confirmed</c>, <c>cancelled</c>, <c>parked</c>, <c>not booked</c>.</param>
public sealed record OrderView(
    string Key, string State, DateTimeOffset ReceivedAt, DateTimeOffset UpdatedAt, string Total, string? Waiting);

/// <summary>The order's way, step by step with each attempt: <c>GET /api/orders/{channel}/{id}</c>.</summary>
public sealed record OrderDetail(OrderView Order, ImmutableArray<OrderStep> Steps, JsonElement Body);

/// <summary>One thing that happened to an order.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Reference">What the other system calls it: a sale's number, a tracking number.</param>
public sealed record OrderStep(DateTimeOffset At, string Step, string Outcome, int Attempt, string? Reference, string? Detail);

/// <summary>Cancels an order, or takes a parked one up again: <c>POST /api/orders/cancel | retry</c>.</summary>
/// <param name="Key"><c>channel/id</c>.</param>
/// <param name="By">Who asks; control fills it in.</param>
public sealed record ChangeOrder(string Key, string? Reason = null, string? By = null);

/// <summary>Has a parcel of an order shipped: <c>POST /api/orders/ship</c>.</summary>
/// <param name="Key"><c>channel/id</c>.</param>
/// <param name="Lines">Pieces by SKU; null or empty: all that remains.</param>
/// <param name="Id">The warehouse's own id of the parcel: the same one again is the same parcel. Null: a new parcel.</param>
public sealed record ShipOrder(string Key, ImmutableDictionary<string, int>? Lines = null, string? Id = null);

/// <summary>What becomes of it.</summary>
/// <param name="Order">Where the order stands, or is about to.</param>
/// <param name="Note">A sentence that says what is done now.</param>
public sealed record OrderAnswer(OrderView Order, string Note);

/// <summary>What was given up, as <c>hub deadletter list</c> shows it.</summary>
/// <param name="Key">The order's: <c>channel/id</c>.</param>
/// <param name="Kind">The message or command: <c>BookOrder</c>.</param>
/// <param name="What"><c>unreadable</c>, <c>message</c> or <c>command</c>: it says what a retry does.</param>
/// <param name="MayHaveHappened">The other system may have done it: look there before doing it by hand.</param>
/// <param name="Settled"><c>retried</c> or <c>discarded</c>; null while it is open.</param>
/// <param name="SettledBy">Who, and why.</param>
public sealed record DeadLetterView(
    long Id,
    string Key,
    string Kind,
    string What,
    DateTimeOffset At,
    string Reason,
    int Attempts,
    bool MayHaveHappened,
    string? Settled = null,
    string? SettledBy = null,
    DateTimeOffset? SettledAt = null);

/// <summary>A dead letter with all that is needed to do it by hand: <c>GET /api/deadletters/{id}</c>.</summary>
/// <param name="Body">What came, or what was to be done; JSON, except of what could not be read.</param>
public sealed record DeadLetterDetail(DeadLetterView Letter, string Body);

/// <summary>A person's decision on a dead letter: <c>POST /api/deadletters/retry | discard</c>.</summary>
/// <param name="By">Who asks; control fills it in.</param>
public sealed record ChangeDeadLetter(long Id, string? Reason = null, string? By = null);

/// <summary>A connector as <c>hub connector list</c> shows it.</summary>
/// <param name="Capability">What it does for the hub: <c>erp</c>, <c>crm</c>, <c>carrier</c>, <c>marketplace</c>, <c>shop</c>.</param>
/// <param name="State"><c>up</c>, <c>failing</c>, <c>idle</c> or <c>paused</c>.</param>
/// <param name="Paused">Who paused it, since when and why; null where it works.</param>
public sealed record ConnectorView(
    string Name,
    string Vendor,
    string Capability,
    string State,
    Uri Address,
    long Calls,
    long Failures,
    DateTimeOffset? LastCallAt,
    string? LastError,
    long Waiting,
    string? Paused = null);
