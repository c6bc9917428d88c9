using Hub.ChangeFeed.Embedded;
using Hub.Migration.Applying;

namespace Hub.Migration.Pipelines;

/// <summary>One step after another from the source's log into a target: first the tables' rows, then, and between them, the changes.</summary>
/// <remarks>
/// A chunk of a table is read with the position at which it is the truth. The changes up to there are applied first, then
/// the chunk, then the feed goes on: so a copied row never overwrites a newer change, a row deleted meanwhile doesn't come
/// back, and a kill in between costs one chunk at most.
/// </remarks>
/// <param name="chunkRows">Rows of a table that are copied at once.</param>
internal sealed class TargetFeed(SqliteChangeLog log, IReadOnlyList<SqliteTable> tables, TargetStore store, int chunkRows = 1_000)
{
    /// <summary>The table that is copied now; null when all are.</summary>
    public SqliteTable? Copying => tables.FirstOrDefault(table => store.Copies.GetValueOrDefault(table.Name) is { Done: false });

    /// <summary>Applies the next chunk or batch.</summary>
    /// <returns>False where nothing is there to do until the source is written to.</returns>
    public bool Step(CancellationToken cancellationToken)
    {
        if (Copying is not { } table)
        {
            var batch = log.Read(store.Next);
            if (batch.Events.IsEmpty)
            {
                return false;
            }

            store.Apply(batch, cancellationToken);
            return batch.Cut;
        }

        var chunk = log.ReadChunk(table, store.Copies[table.Name].LastKey, chunkRows);
        for (var cut = true; cut;)
        {
            var batch = log.Read(store.Next, chunk.At);
            if (!batch.Events.IsEmpty)
            {
                store.Apply(batch, cancellationToken);
            }

            cut = batch.Cut;
        }

        store.Apply(table.Name, chunk, cancellationToken);
        return true;
    }
}
