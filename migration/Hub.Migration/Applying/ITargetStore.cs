using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping;
using Hub.Migration.Quarantine;

namespace Hub.Migration.Applying;

/// <summary>
/// A store of New that a dataset feeds, for one (dataset, target): its tables, and the hub's own beside them. Opened once by
/// the plane. One session writes; all else here reads in snapshots of its own, or is what people do, and needs no session.
/// </summary>
internal interface ITargetStore : IAsyncDisposable
{
    /// <summary>How messages name it: the file, or host and database; no secret.</summary>
    string Name { get; }

    /// <summary>The tables that are there, as the store declares them.</summary>
    /// <exception cref="TargetMissingException">The store itself is not there yet, or can't be reached.</exception>
    Task<TargetTables> DescribeAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>What is to be said of the tables' rights before they are fed, each with what to do; stops nothing.</summary>
    /// <param name="role">New's own role, which is only to read them; null: not looked at.</param>
    Task<ImmutableArray<string>> InspectAsync(string? role, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Makes or upgrades the hub's own tables and takes the target over: whoever held it finds its next batch refused.</summary>
    /// <exception cref="Hub.ChangeFeed.FeedBrokenException">What stands in the target can't be gone on from; it says what to do.</exception>
    Task<ITargetSession> TakeAsync(TargetRequest request, CancellationToken cancellationToken);

    /// <summary>Rows in the order of the mapping's key (texts by their bytes), their values in the order of the mapping's columns.</summary>
    /// <param name="after">The key after which they begin; null: from the first.</param>
    /// <param name="upTo">The last key, inclusive; null: no end.</param>
    Task<ImmutableArray<object?[]>> ReadRangeAsync(
        TableMapping table, object?[]? after, object?[]? upTo, int rows, CancellationToken cancellationToken);

    /// <summary>The rows that have these keys, in any order.</summary>
    Task<ImmutableArray<object?[]>> ReadRowsAsync(TableMapping table, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken);

    /// <summary>Reads kept source rows and the target's own as they stand at one moment.</summary>
    Task<T> ReadTogetherAsync<T>(Func<TargetSnapshot, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>A mapped value as a read of it gives it back: SQLite keeps amounts and times as text, truth as 0 and 1.</summary>
    object? AsRead(object? mapped);

    /// <summary>
    /// How the target stands; null where it was never fed, or is not there. Nobody may begin anew because a server was down for a moment.
    /// </summary>
    /// <exception cref="TargetMissingException">Its server can't be reached.</exception>
    Task<TargetState?> ReadStateAsync(CancellationToken cancellationToken);

    /// <summary>Rows by table: exact up to 10,000, the store's own estimate beyond.</summary>
    Task<ImmutableSortedDictionary<string, long>> CountRowsAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Keys that wait, the oldest first.</summary>
    /// <param name="after">The id after which they begin; 0: the first.</param>
    Task<ImmutableArray<QuarantineEntry>> ListQuarantineAsync(long after, int count, CancellationToken cancellationToken);

    /// <summary>One of them; null where it waits no more.</summary>
    Task<QuarantineEntry?> ReadQuarantineAsync(long id, CancellationToken cancellationToken);

    /// <summary>Forgets what waits for a key: the target's row stays as it is until the next change of it.</summary>
    /// <returns>What was discarded, for the audit; null where it waited no more.</returns>
    Task<QuarantineEntry?> DiscardAsync(long id, CancellationToken cancellationToken);

    /// <summary>Stops the session at its next batch, and every one after it, until <see cref="ResumeAsync"/>.</summary>
    Task PauseAsync(string reason, CancellationToken cancellationToken);

    /// <summary>Lets sessions apply again and takes the next watermark as it comes, whichever lineage and counter it has.</summary>
    Task ResumeAsync(CancellationToken cancellationToken);

    /// <summary>Has a source table copied again from its first row while changes go on being applied.</summary>
    Task CopyAgainAsync(string table, CancellationToken cancellationToken);

    /// <summary>Asks the hub's own tables, in a connection of its own.</summary>
    /// <param name="otherwise">The answer of a target that was never fed, or is not there.</param>
    /// <exception cref="TargetMissingException">Its server can't be reached.</exception>
    Task<T> AskAsync<T>(Func<HubSql, ValueTask<T>> ask, T otherwise, CancellationToken cancellationToken);

    /// <summary>Messages in the outbox, for whoever posts them.</summary>
    Outbox.IOutboxStore Outbox { get; }
}

/// <summary>A target at one moment, for as long as it is read.</summary>
/// <param name="Kept">The source rows that are kept for joins.</param>
/// <param name="ReadRowsAsync">The rows that have these keys, in any order.</param>
/// <param name="ReadRangeAsync">So many rows after a key, in the order of the mapping's key.</param>
internal sealed record TargetSnapshot(
    SourceRowTable Kept,
    Func<TableMapping, IReadOnlyList<object?[]>, Task<ImmutableArray<object?[]>>> ReadRowsAsync,
    Func<TableMapping, object?[]?, int, Task<ImmutableArray<object?[]>>> ReadRangeAsync);

/// <summary>A target's tables.</summary>
/// <param name="Acting">Those with a foreign key or trigger-like action (CASCADE, SET NULL, SET DEFAULT) that would change rows behind the pipeline's back.</param>
/// <param name="References">Which table refers to which: child, parent, and the child's columns by the parent's.</param>
internal sealed record TargetTables(
    ImmutableArray<DatabaseTable> Tables, ImmutableHashSet<string> Acting, ImmutableArray<TargetReference> References);

/// <summary>A foreign key of the target.</summary>
internal sealed record TargetReference(string Child, string Parent, ImmutableArray<(string Child, string Parent)> Columns);

/// <summary>The store is not there yet or can't be reached: it is waited for.</summary>
internal sealed class TargetMissingException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It may be there: its server can't be reached.</summary>
    public bool IsDown => InnerException is not null;
}
