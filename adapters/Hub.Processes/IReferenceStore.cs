using System.Collections.Immutable;

namespace Hub.Processes;

/// <summary>
/// Lists that people keep, of what somebody calls things: rows (owner, list, key) → value, beside the processes. Compared exactly. Any number of instances
/// see a change as soon as they ask for the version.
/// </summary>
public interface IReferenceStore
{
    /// <summary>Grows with each change of any row; 0 where there never was one.</summary>
    Task<long> GetReferenceVersionAsync(CancellationToken cancellationToken);

    /// <summary>All rows with the version that they stand for, by owner, list and key.</summary>
    Task<(long Version, ImmutableArray<ReferenceRow> Rows)> GetReferencesAsync(CancellationToken cancellationToken);

    /// <summary>All or nothing; durable when this returns.</summary>
    /// <returns>How many rows are new, have another value now, or are gone.</returns>
    Task<int> ChangeReferencesAsync(ReferenceChange change, CancellationToken cancellationToken);
}

/// <summary>What one owner calls one thing.</summary>
public sealed record ReferenceRow(string Owner, string List, string Key, string Value);

/// <summary>A change of one owner's rows.</summary>
/// <param name="Set">Rows to be there, each key once.</param>
/// <param name="Remove">Keys not to be there; their values don't count.</param>
public sealed record ReferenceChange(ImmutableArray<ReferenceRow> Set, ImmutableArray<ReferenceRow> Remove)
{
    /// <summary>The owner whose rows that are not in <see cref="Set"/> go; null: they stay.</summary>
    public string? Replaced { get; init; }

    internal IEnumerable<ReferenceRow> Gone(IEnumerable<ReferenceRow> rows)
    {
        var kept = Set.Select(row => (row.Owner, row.List, row.Key)).ToHashSet();
        return rows.Where(row => row.Owner == Replaced && !kept.Contains((row.Owner, row.List, row.Key))).Concat(Remove);
    }
}
