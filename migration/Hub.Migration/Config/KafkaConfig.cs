using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Migration.Config;

/// <summary>The topic through which a dataset's changes come: <c>Hub.Datasets.NAME.Source.Kafka</c>.</summary>
internal sealed class KafkaConfig
{
    /// <summary>The brokers: <c>kafka:9092</c>, several with commas.</summary>
    [Required, MinLength(1)]
    public string Bootstrap { get; init; } = "";

    /// <summary>The topic: one, with one partition, for all tables of the dataset (CDC.md "Order").</summary>
    /// <value>The default is <c>hub.DATASET.changes</c>.</value>
    public string? Topic { get; init; }

    /// <summary>Kafka Connect's REST address; needed by <c>hub dataset connector --apply</c> alone.</summary>
    public Uri? Connect { get; init; }

    /// <summary>How the connector writes numbers, times and bytes.</summary>
    /// <value>The default is hub: as <c>hub dataset connector</c> writes the configuration.</value>
    public KafkaHandling Handling { get; init; }

    /// <summary>Further properties of the consumer, by librdkafka's names: <c>security.protocol</c>.</summary>
    public Dictionary<string, string> Properties { get; init; } = [];

    /// <summary>Properties that are secrets: <c>sasl.password</c>.</summary>
    public Dictionary<string, Secret> Secrets { get; init; } = [];

    /// <summary>What <c>hub dataset connector</c> writes beside what follows from the dataset.</summary>
    public DebeziumConfig Debezium { get; init; } = new();
}

/// <summary>The Debezium connector's own login, and settings of its own.</summary>
internal sealed class DebeziumConfig
{
    /// <summary>Its login in the source.</summary>
    /// <value>By default the one in the source's connection string.</value>
    public string User { get; init; } = "";

    /// <summary>Where that login's password is, for Kafka Connect's workers.</summary>
    public Secret Password { get; init; }

    /// <summary>Settings by Debezium's names, in addition or instead: <c>database.hostname</c> as Connect sees it. Those that order and completeness stand on are refused.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];
}

/// <summary>How a connector writes numbers, times and bytes.</summary>
internal enum KafkaHandling
{
    /// <summary>As the configuration that the hub generates: texts that lose nothing.</summary>
    Hub,

    /// <summary>As Debezium does by default.</summary>
    Debezium,
}
