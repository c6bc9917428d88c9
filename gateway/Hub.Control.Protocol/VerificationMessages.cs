using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>The body of <c>POST /api/datasets/{dataset}/verify</c>.</summary>
/// <param name="Target">One of its targets; null: all.</param>
/// <param name="Table">One of the targets' tables; null: all.</param>
/// <param name="Repair">What differs is written again.</param>
/// <param name="Personal">Values of columns with personal data are kept as they are, where they are masked otherwise.</param>
/// <param name="Reason">Why; it stays in the audit trail.</param>
public sealed record VerifyDataset(string? Target = null, string? Table = null, bool Repair = false, bool Personal = false, string? Reason = null);

/// <summary>How a target's verification stands: <c>GET /api/datasets/{dataset}/verification</c>.</summary>
/// <param name="State"><c>running</c>, <c>asked for</c> (it begins when the target is fed), <c>verified</c>, <c>different</c> or <c>never</c>.</param>
/// <param name="VerifiedAt">When the newest verification that came to its end began, UTC; null: some table never was.</param>
/// <param name="Quarantined">Keys that wait for a person, now.</param>
/// <param name="Problem">Why the last one did not come to its end.</param>
public sealed record VerificationView(
    string Dataset, string Target, string State, DateTimeOffset? VerifiedAt, long Missing, long Extra, long Mismatched, long Quarantined,
    ImmutableArray<TableVerificationView> Tables, string? Problem = null);

/// <summary>How a table's verification stands.</summary>
/// <param name="Running">It is compared now.</param>
/// <param name="Rows">Source rows that the last run has compared.</param>
/// <param name="Estimate">About how many there are; null where the source doesn't say.</param>
/// <param name="Quarantined">Rows that differed because changes of their key wait; not among the others.</param>
public sealed record TableVerificationView(
    string Table, bool Running, long Rows, long? Estimate, double? RowsPerSecond, double? SecondsLeft, DateTimeOffset? VerifiedAt,
    long Missing, long Extra, long Mismatched, long Quarantined);

/// <summary>A row that differs: <c>GET /api/datasets/{dataset}/differences</c>.</summary>
/// <param name="Key">Its key in New, as JSON.</param>
/// <param name="Kind"><c>missing</c>, <c>extra</c> or <c>mismatched</c>.</param>
public sealed record DifferenceView(
    string Target, string Table, string Key, string Kind, ImmutableArray<DifferingColumn> Columns, DateTimeOffset FoundAt);

/// <summary>A column that differs; without a name it says why legacy's row can't be mapped.</summary>
/// <param name="Expected">What legacy's row makes of it.</param>
/// <param name="Actual">What stands in New.</param>
public sealed record DifferingColumn(string Column, string? Expected, string? Actual);

/// <summary>A key whose changes can't be applied: <c>GET /api/datasets/{dataset}/quarantine</c>.</summary>
/// <param name="Key">Legacy's key, as JSON.</param>
/// <param name="Waits">Other rows may make it possible: it is tried again by itself.</param>
/// <param name="Events">How many changes there were.</param>
/// <param name="At">When legacy wrote the newest of them, UTC.</param>
/// <param name="Before">The row that stands in New, as legacy had it, as JSON; only where one entry is shown.</param>
/// <param name="After">What became of it at legacy, as JSON; only where one entry is shown.</param>
public sealed record QuarantineView(
    string Target, long Id, string Table, string Key, string Reason, bool Waits, long Events, DateTimeOffset At, string? Before = null, string? After = null);

/// <summary>The body of <c>POST /api/datasets/{dataset}/quarantine/{retry|discard}</c>.</summary>
/// <param name="Target">Null where the dataset has one target.</param>
/// <param name="Id">The entry; null, to retry alone: all of them.</param>
/// <param name="Reason">Why; it stays in the audit trail.</param>
public sealed record ChangeQuarantine(string? Target = null, long? Id = null, string? Reason = null);
