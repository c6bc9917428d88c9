using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;

namespace Hub.Migration.Applying;

/// <summary>
/// The one writer of a target, for as long as the target's epoch is its own. Not for several threads. After any exception
/// nothing of the batch is in the target: dispose of it and take the target again.
/// </summary>
internal interface ITargetSession : IAsyncDisposable
{
    /// <summary>How the target stands as of the last commit.</summary>
    TargetState State { get; }

    /// <summary>Changes committed since it was taken.</summary>
    long Applied { get; }

    /// <summary>What the newest row for the outbox makes doubt of the source's clock or zone; null where it agrees.</summary>
    string? ClockDoubt { get; }

    /// <summary>Applies changes in one transaction with the position, what waits and what is to be told (CDC.md "Apply").</summary>
    /// <exception cref="FencedException">Another instance took the target over.</exception>
    /// <exception cref="FeedBrokenException">A watermark says that changes are missing (the target is paused with it), or the target is paused.</exception>
    ValueTask ApplyAsync(AppliedBatch batch, CancellationToken cancellationToken);

    /// <summary>Tries what waits again: <c>null</c> all of it (the mapping may be another one), or one entry.</summary>
    /// <returns>How many keys wait no more.</returns>
    Task<int> RetryAsync(long? id, CancellationToken cancellationToken);
}

/// <summary>What a session needs.</summary>
/// <param name="Mapping">Bound to the tables.</param>
/// <param name="Lineages">By source table, where the capture has one of its own (SQLite); a table that is not there has none.</param>
/// <param name="Start">Where a target that never was fed begins.</param>
/// <param name="Reselect">Reads rows of a source table by their keys, for values that the feed left out.</param>
internal sealed record TargetRequest(
    TargetMapping Mapping,
    OutboxRule? Outbox,
    FeedPoint Start,
    IReadOnlyDictionary<string, string> Lineages,
    Func<string, IReadOnlyList<ChangeRow>, CancellationToken, Task<IReadOnlyList<ChangeRow>>> Reselect)
{
    /// <summary>The feed begins anew at <see cref="Start"/>, whatever came before: all tables are copied again.</summary>
    public bool BeginAgain { get; init; }

    /// <summary>Source tables to copy again, whatever kept them from being gone on with.</summary>
    public ImmutableHashSet<string> CopyAgain { get; init; } = [];
}
