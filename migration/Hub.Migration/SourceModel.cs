using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Migration.Config;

namespace Hub.Migration;

/// <summary>Where a dataset is read.</summary>
/// <param name="Database">Legacy's database, on the Kafka way too: tables, watermarks and rows are read there.</param>
/// <param name="Kafka">The topic with its changes; null where the hub captures them itself.</param>
/// <param name="Tables">As the config writes them, each once.</param>
/// <param name="Zone">In which legacy writes times that have none.</param>
/// <param name="Snapshot">How the tables are copied.</param>
internal sealed record SourceModel(
    DatabaseModel Database, KafkaModel? Kafka, ImmutableArray<string> Tables, TimeZoneInfo Zone, SnapshotConfig Snapshot)
{
    /// <summary>Legacy's file; null where it is a server.</summary>
    public string? Sqlite => Database.File;
}

/// <summary>The topic through which changes come.</summary>
/// <param name="Connect">Kafka Connect's address, where it is known.</param>
/// <param name="Properties">The consumer's own, by librdkafka's names.</param>
/// <param name="Secrets">Those that are secrets.</param>
internal sealed record KafkaModel(
    string Bootstrap, string Topic, Uri? Connect, KafkaHandling Handling,
    ImmutableSortedDictionary<string, string> Properties, ImmutableSortedDictionary<string, Secret> Secrets)
{
    /// <summary>What the Debezium connector has of its own.</summary>
    public DebeziumConfig Debezium { get; init; } = new();
}
