using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Applying.Sqlite;

namespace Hub.Migration.Pipelines;

/// <summary>Opens what a config names: legacy's database, the feed of one target, a target's store.</summary>
internal static class Feeds
{
    private const int CountedBehind = 100_000;

    /// <exception cref="NotSupportedException">No reader for this database is in this program.</exception>
    public static ISourceDatabase OpenSource(DatasetModel dataset) => dataset.Source!.Database switch
    {
        { Engine: DatabaseEngine.Sqlite } database => new SqliteSource(database.Connection),
        { Engine: DatabaseEngine.Postgres } database => new PostgresSource(
            database.ConnectionString(), database.Schema, [.. dataset.Targets.Select(target => PostgresCapture.Slot(dataset.Name, target.Name))]),
        var database => throw new NotSupportedException($"{database.Engine} is not read yet."),
    };

    public static IChangeFeed Open(DatasetModel dataset, TargetModel target, ISourceDatabase source, TargetState? state, TimeProvider time) => source switch
    {
        SqliteSource sqlite => new SqliteFeed(sqlite, dataset.Name, target.Name, dataset.Source!.Tables, time),
        PostgresSource postgres when dataset.Source!.Kafka is null => new PostgresFeed(postgres, dataset.Name, target.Name, dataset.Source.Tables, time),
        _ => throw new NotSupportedException($"{source.Name} is not read yet."),
    };

    public static ITargetStore OpenStore(string dataset, TargetModel target) => target.Store switch
    {
        { File: { } file } => new SqliteTarget(file, dataset, target.Name),
        var store => throw new NotSupportedException($"{store.Engine} is not written yet."),
    };

    /// <summary>Changes that the feed has and the target has not; null where nobody can say.</summary>
    public static long? Behind(IChangeFeed feed, ISourceDatabase source, DatasetModel dataset, FeedPoint point) => feed switch
    {
        SqliteFeed => ((SqliteSource)source).CountBehind(dataset.Source!.Tables, point.Next, CountedBehind),
        _ => null,
    };
}
