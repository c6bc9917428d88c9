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
    ImmutableArray<string> Problems)
{
    /// <summary>What legacy's database keeps for the feed; null where it doesn't say.</summary>
    public DatasetLogView? Log { get; init; }
}

/// <summary>One store that a dataset feeds.</summary>
/// <param name="Position">The source's position up to which all is applied.</param>
/// <param name="Applied">Changes applied since the plane started.</param>
/// <param name="Quarantined">Keys that wait for a person.</param>
/// <param name="Rows">By table: exact where they are few, otherwise the store's own estimate.</param>
public sealed record DatasetTargetView(string Name, string Position, long Applied, long Quarantined, ImmutableSortedDictionary<string, long> Rows)
{
    /// <summary>As the dataset's, of this target alone.</summary>
    public string State { get; init; } = "";

    /// <summary>How long ago the oldest change was written that it has not, in seconds.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>The source's time up to which it has all, UTC.</summary>
    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>When the newest verification that came to its end began, UTC; null: some table never was verified.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Rows that verification found to be missing, extra or mismatched.</summary>
    public long Differences { get; init; }

    /// <summary>The copy under way.</summary>
    public DatasetCopyView? Copy { get; init; }

    /// <summary>Source transactions that were applied in parts since the start, because they were larger than the bound.</summary>
    public long Cut { get; init; }

    /// <summary>When something failed last, UTC.</summary>
    public DateTimeOffset? FailedAt { get; init; }
}

/// <summary>A table that is being copied.</summary>
/// <param name="Rows">Copied so far.</param>
/// <param name="Estimate">About how many there are; null where legacy's database doesn't say.</param>
/// <param name="SecondsLeft">About how long it will take.</param>
public sealed record DatasetCopyView(string Table, long Rows, long? Estimate, double? RowsPerSecond, double? SecondsLeft);

/// <summary>The log that legacy's database keeps for a feed.</summary>
/// <param name="KeptBytes">Waits for the slowest target.</param>
/// <param name="BoundBytes">Past that it is dropped or the disk is full.</param>
public sealed record DatasetLogView(long? KeptBytes, long? BoundBytes);

/// <summary><c>POST /api/datasets/{dataset}/pause</c>: nothing is applied until it is resumed, after restarts too.</summary>
/// <param name="By">Who asks; control sets it.</param>
public sealed record PauseDataset(string? Reason = null, string? By = null);

/// <summary><c>POST /api/datasets/{dataset}/resume</c>.</summary>
/// <param name="How"><c>snapshot</c>: copies all tables again; <c>verify</c>: goes on where it stands and verifies at once; <c>as-is</c>: goes on. Needed where changes may be missing.</param>
public sealed record ResumeDataset(string? How = null, string? Reason = null);

/// <summary><c>POST /api/datasets/{dataset}/snapshot</c>: copies again while changes go on being applied.</summary>
/// <param name="Table">One of the source's tables; null for all.</param>
/// <param name="Target">One target; null for all.</param>
public sealed record SnapshotDataset(string? Table = null, string? Target = null, string? Reason = null);

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
