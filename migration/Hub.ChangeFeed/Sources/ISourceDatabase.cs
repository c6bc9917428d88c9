using System.Collections.Immutable;

namespace Hub.ChangeFeed.Sources;

/// <summary>
/// Legacy's database, beside the feed: what its tables are, watermarks written, chunks of rows read. Its values are, letter for
/// letter, those that the feed brings.
/// </summary>
public interface ISourceDatabase : IAsyncDisposable
{
    /// <summary>How messages name it: host and database, no secret.</summary>
    string Name { get; }

    /// <summary>The tables that are there, in the order asked.</summary>
    Task<ImmutableArray<DatabaseTable>> DescribeAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>
    /// What stands in the way of capturing them, or will: each finding with what to do. Changes nothing (<c>hub check</c>).
    /// </summary>
    Task<ImmutableArray<SourceFinding>> InspectAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Which server this is, so that a restored or failed-over one is noticed (CDC.md "Lineage").</summary>
    Task<string> ReadLineageAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes the dataset's row of <c>hub_watermark</c> (dataset, counter, ts_ms, lineage, mark), updated in place, its counter
    /// one up: when the feed brings it, all that was committed before it has come (CDC.md "Order").
    /// </summary>
    /// <param name="mark">What it closes or opens; null for the one of each second.</param>
    /// <returns>Its counter.</returns>
    Task<long> WriteWatermarkAsync(string dataset, string lineage, string? mark, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Rows of a table in the order of its key, all of one moment.</summary>
    /// <param name="after">The key after which they begin; null: from the first.</param>
    /// <param name="upTo">The last key, inclusive; null: no end.</param>
    /// <param name="rows">How many at most; fewer come where there are no more.</param>
    Task<ImmutableArray<ChangeRow>> ReadChunkAsync(DatabaseTable table, ChangeRow? after, ChangeRow? upTo, int rows, CancellationToken cancellationToken);

    /// <summary>The rows that have these keys, in any order: to look again at what differed, and for values that the feed left out.</summary>
    Task<ImmutableArray<ChangeRow>> ReadRowsAsync(DatabaseTable table, IReadOnlyList<ChangeRow> keys, CancellationToken cancellationToken);

    /// <summary>About how many rows a table has, by the database's statistics; null where it doesn't say.</summary>
    Task<long?> EstimateRowsAsync(DatabaseTable table, CancellationToken cancellationToken);

    /// <summary>What it keeps for the feed: bytes of its log, and how near its disk is to danger.</summary>
    Task<SourceLog> ReadLogAsync(CancellationToken cancellationToken);
}

/// <summary>Something that an inspection found.</summary>
/// <param name="Blocks">The dataset can't be captured as it is; otherwise a warning.</param>
/// <param name="What">What it is and why it matters.</param>
/// <param name="Do">What to do.</param>
public sealed record SourceFinding(bool Blocks, string What, string Do);

/// <summary>The log that legacy keeps for a feed.</summary>
/// <param name="KeptBytes">Bytes of log that wait for the feed; null where the database doesn't say.</param>
/// <param name="BoundBytes">The bound at which the database drops them or its disk is full, as far as it tells.</param>
/// <param name="Lost">The database has dropped what the feed has not read.</param>
public sealed record SourceLog(long? KeptBytes, long? BoundBytes, bool Lost = false);
