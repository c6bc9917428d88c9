using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.Control.Protocol;

/// <summary>An order as <c>hub order list</c> shows it.</summary>
/// <param name="Key"><c>channel/id</c>.</param>
/// <param name="State">Where it stands: <c>received</c>, <c>booked</c>, <c>shipped</c>, <c>confirmed</c>, <c>parked</c>, <c>not booked</c>.</param>
public sealed record OrderView(
    string Key, string State, DateTimeOffset ReceivedAt, DateTimeOffset UpdatedAt, string Total, string? Waiting);

/// <summary>The order's way, step by step with each attempt: <c>GET /api/orders/{channel}/{id}</c>.</summary>
public sealed record OrderDetail(OrderView Order, ImmutableArray<OrderStep> Steps, JsonElement Body);

/// <summary>One thing that happened to an order.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Reference">What the other system calls it: a sale's number, a tracking number.</param>
public sealed record OrderStep(DateTimeOffset At, string Step, string Outcome, int Attempt, string? Reference, string? Detail);

/// <summary>A connector as <c>hub connector list</c> shows it.</summary>
/// <param name="Capability">What it does for the hub: <c>erp</c>, <c>crm</c>, <c>carrier</c>, <c>marketplace</c>, <c>shop</c>.</param>
/// <param name="State"><c>up</c>, <c>failing</c> or <c>idle</c>.</param>
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
    long Waiting);
