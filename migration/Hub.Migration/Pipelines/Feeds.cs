using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Kafka;
using Hub.ChangeFeed.MariaDb;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Applying.Postgres;
using Hub.Migration.Applying.Sqlite;
using Hub.Migration.Config;
using Hub.Migration.Debezium;

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
            database.ConnectionString(), database.Schema,
            dataset.Source.Kafka is { } kafka ? [DebeziumPlan.SlotOf(dataset.Name, kafka)] : dataset.Targets.Select(target => PostgresCapture.Slot(dataset.Name, target.Name))),
        { Engine: DatabaseEngine.MariaDb or DatabaseEngine.MySql } database => new MariaDbSource(database.ConnectionString(), database.Schema),
        var database => throw new NotSupportedException(
            $"This hub reads {database.Engine}'s changes, but no rows of it: its tables can't be copied and no watermark is written."),
    };

    public static IChangeFeed Open(DatasetModel dataset, TargetModel target, ISourceDatabase source, ImmutableArray<DatabaseTable> tables, TargetState? state, TimeProvider time) => source switch
    {
        SqliteSource sqlite => new SqliteFeed(sqlite, dataset.Name, target.Name, dataset.Source!.Tables, time),
        PostgresSource postgres when dataset.Source!.Kafka is null => new PostgresFeed(postgres, dataset.Name, target.Name, dataset.Source.Tables, time),
        _ when dataset.Source!.Kafka is { } kafka => new KafkaFeed(
            Address(kafka), kafka.Topic, dataset.Name,
            new DebeziumEnvelope(
                tables.ToDictionary(table => table.Name, StringComparer.Ordinal),
                kafka.Handling == KafkaHandling.Hub ? DebeziumHandling.Hub : DebeziumHandling.Debezium, dataset.Source.Database.Schema),
            state is { Lineage: { } lineage, AppliedAt: { } at } ? new Watermark(dataset.Name, state.Counter, at, lineage, Mark: null) : null, time, DebeziumPlan.SignalsOf(dataset.Name)),
        _ => throw new NotSupportedException($"{source.Name} is read through Kafka alone."),
    };

    public static KafkaAddress Address(KafkaModel kafka) => new(
        kafka.Bootstrap, kafka.Properties.ToImmutableDictionary(),
        kafka.Secrets.ToImmutableDictionary(secret => secret.Key, secret => new Func<string>(() => secret.Value.Reveal())));

    public static ITargetStore OpenStore(string dataset, TargetModel target) => target.Store switch
    {
        { File: { } file } => new SqliteTarget(file, dataset, target.Name),
        { Engine: DatabaseEngine.Postgres } store => new PostgresTarget(store.ConnectionString(), dataset, target.Name, store.Schema),
        var store => throw new NotSupportedException($"{store.Engine} is no target."),
    };

    /// <summary>Changes that the feed has and the target has not; null where nobody can say.</summary>
    public static long? Behind(IChangeFeed feed, ISourceDatabase source, DatasetModel dataset, FeedPoint point) => feed switch
    {
        SqliteFeed => ((SqliteSource)source).CountBehind(dataset.Source!.Tables, point.Next, CountedBehind),
        KafkaFeed kafka => kafka.End is { } end ? Math.Max(0, end - point.Next) : null,
        _ => null,
    };
}
