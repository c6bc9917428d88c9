using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.Control.Protocol;

/// <summary>A dataset as the migration plane reports it: <c>GET /api/datasets</c>.</summary>
/// <param name="State"><c>snapshot</c>, <c>running</c>, <c>paused</c>, <c>waiting</c> or, for data not in the pipeline, <c>held per customer</c>.</param>
/// <param name="LagSeconds">Age of the newest applied change that the source still has newer ones than; 0 when caught up.</param>
/// <param name="LagEvents">Changes captured and not applied yet.</param>
/// <param name="AppliedAt">The source's time up to which all is applied, UTC.</param>
public sealed record DatasetView(
    string Name,
    string Owner,
    string State,
    double? LagSeconds,
    long? LagEvents,
    DateTimeOffset? AppliedAt,
    ImmutableArray<DatasetTargetView> Targets,
    ImmutableArray<string> Problems);

/// <summary>One store that a dataset feeds.</summary>
/// <param name="Position">The source's position up to which all is applied.</param>
/// <param name="Applied">Changes applied since the plane started.</param>
/// <param name="Quarantined">Keys that wait for a person.</param>
public sealed record DatasetTargetView(string Name, string Position, long Applied, long Quarantined, ImmutableSortedDictionary<string, long> Rows);

/// <summary>
/// A row of a target's outbox, posted by the migration plane to <c>POST /api/orders</c> of the adapters until the answer is
/// 2xx. The adapters dedupe by channel and order id.
/// </summary>
/// <param name="Id">The outbox row's id.</param>
/// <param name="Dataset">The dataset it came from.</param>
/// <param name="Kind">What has come: <c>order</c>.</param>
/// <param name="Key">Its key, unique in the target's outbox: <c>channel/id</c>.</param>
/// <param name="At">The source's time, UTC.</param>
/// <param name="Body">The contract of its kind; for an order, Hub.Commerce's <c>Order</c> as JSON.</param>
public sealed record OutboxMessage(string Id, string Dataset, string Kind, string Key, DateTimeOffset At, JsonElement Body);
