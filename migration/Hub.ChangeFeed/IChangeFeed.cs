namespace Hub.ChangeFeed;

/// <summary>
/// Reads a dataset's changes for one target: PostgreSQL's logical replication, a Kafka topic, SQLite's triggers. Each target
/// reads by itself, so that one that is down holds up no other. Not for several threads, but it may read ahead on its own.
/// </summary>
/// <remarks>
/// A feed passes on each change once: what comes again below <see cref="FeedPoint.Highest"/> is skipped here, what can't be
/// followed (another topic or slot under the same name, changes gone from the source, a record that can't be read) is a
/// <see cref="FeedBrokenException"/>, and what may heal by itself (the source is down) any other exception: the caller
/// disposes of the feed and opens a new one.
/// </remarks>
public interface IChangeFeed : IAsyncDisposable
{
    /// <summary>Begins to read.</summary>
    /// <param name="at">Where the target stands; null: it has read nothing, and the feed begins at the source's present.</param>
    /// <returns>Where it begins.</returns>
    Task<FeedPoint> OpenAsync(FeedPoint? at, CancellationToken cancellationToken);

    /// <summary>The next changes, whole source transactions unless it says so; comes back empty after some 100 ms in which nothing came.</summary>
    ValueTask<ChangeBatch> ReadAsync(CancellationToken cancellationToken);

    /// <summary>All up to there is applied and kept: the source may forget it.</summary>
    ValueTask AcknowledgeAsync(FeedPoint applied, CancellationToken cancellationToken);
}
