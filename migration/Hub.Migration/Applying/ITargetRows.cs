using Hub.Migration.Mapping;

namespace Hub.Migration.Applying;

/// <summary>A session's hold of one database: its connection, and New's rows in the transaction that is open.</summary>
internal interface ITargetRows : IAsyncDisposable
{
    HubSql Sql { get; }

    TargetTables Tables { get; }

    /// <summary>A transaction may be kept open over several batches.</summary>
    bool KeepsOpen { get; }

    ValueTask BeginAsync(CancellationToken cancellationToken);

    /// <summary>Why the row can't stand in the table without loss, with the column's name; null where it can.</summary>
    string? Refuse(TableMapping table, object?[] row);

    ValueTask TruncateAsync(TableMapping table, CancellationToken cancellationToken);

    ValueTask DeleteAsync(TableMapping table, IReadOnlyList<NetRow> rows, CancellationToken cancellationToken);

    /// <param name="swapped">Rows of these that stand in one another's way by a unique value are deleted first; none is masked then.</param>
    /// <returns>Masked rows whose row is not there.</returns>
    ValueTask<IReadOnlyList<NetRow>> UpsertAsync(TableMapping table, List<NetRow> rows, bool swapped, CancellationToken cancellationToken);

    /// <summary>Rows by the values of one column, each value as text by the column's name: for the outbox.</summary>
    ValueTask<List<Dictionary<string, string?>>> ReadTextsAsync(TableMapping table, string by, IReadOnlyCollection<object> values, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<object?[]>> ReadAsync(TableMapping table, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken);

    /// <summary>Throws where a constraint that is looked at when the transaction ends does not hold now.</summary>
    ValueTask CheckAsync(CancellationToken cancellationToken);

    /// <summary>What the exception says of a row, not of the database's own state; null where it is no refusal of a row.</summary>
    TargetRefusal? Refusal(Exception e);
}

/// <summary>A row was refused.</summary>
/// <param name="Unique">By a unique value that another row has.</param>
/// <param name="Waits">Other rows may make it possible.</param>
internal sealed record TargetRefusal(string Reason, bool Unique, bool Waits);

/// <summary>A change can't be applied, for a reason that came up when the batch was written.</summary>
internal sealed class ChangeRefusedException(string message, int place, bool waits = false) : Exception(message)
{
    public int Place => place;

    public bool Waits => waits;
}
