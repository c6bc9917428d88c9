using Hub.ChangeFeed;

namespace Hub.Migration.Mapping;

/// <summary>
/// The source rows that a target keeps because one of its rows is made from several (joins, pivots), in the transaction that
/// is open (<c>hub.source_rows</c>).
/// </summary>
internal interface ISourceRows
{
    /// <summary>Keeps rows, each in place of that which has its table and key.</summary>
    ValueTask PutAsync(IReadOnlyList<SourceRow> rows, CancellationToken cancellationToken);

    ValueTask DeleteAsync(IReadOnlyList<(string Table, string Key)> keys, CancellationToken cancellationToken);

    /// <summary>All rows of a table go (truncate).</summary>
    ValueTask ClearAsync(string table, CancellationToken cancellationToken);

    /// <summary>Those that are kept of these keys.</summary>
    ValueTask<IReadOnlyList<SourceRow>> ReadAsync(IReadOnlyList<(string Table, string Key)> keys, CancellationToken cancellationToken);

    /// <summary>All rows of these owners, ordered by owner, table and key.</summary>
    ValueTask<IReadOnlyList<SourceRow>> ReadByOwnerAsync(IReadOnlyList<string> owners, CancellationToken cancellationToken);

    /// <summary>Some of those who have rows of a table.</summary>
    ValueTask<IReadOnlyList<string>> ReadOwnersAsync(string table, int count, CancellationToken cancellationToken);

    /// <summary>The row as the source has it now, for values that the feed left out; null: it went.</summary>
    ValueTask<ChangeRow?> ReselectAsync(string table, ChangeRow key, CancellationToken cancellationToken);
}

/// <summary>A source row that is kept.</summary>
/// <param name="Table">The source's table, or a name that the mapping gives a second keeping of it (<c>Product@Category</c>).</param>
/// <param name="Key">Its key as one text.</param>
/// <param name="Owner">By which it is found when a target row is made: the root's key as one text, or what the mapping says.</param>
internal sealed record SourceRow(string Table, string Key, string Owner, ChangeRow Row);

/// <summary>Makes rows of the target from several source rows. A target's mapping has one, or none.</summary>
internal interface ISourceJoins
{
    /// <summary>
    /// Keeps what the changes bring and says what becomes of the target's rows. Called in the target's transaction, in source
    /// order, for a part of a batch; again for a smaller part after a rollback where a row was refused.
    /// </summary>
    /// <param name="changes">All changes of the part, those of other tables among them.</param>
    /// <param name="effects">By the place in <paramref name="changes"/> of the last change that had to do with it.</param>
    /// <param name="problems">By the same places, why it can't be mapped without loss.</param>
    ValueTask JoinAsync(
        ISourceRows rows, IReadOnlyList<ChangeEvent> changes, List<(int Place, RowEffect Effect)> effects, List<(int Place, string Problem)> problems,
        CancellationToken cancellationToken);
}
