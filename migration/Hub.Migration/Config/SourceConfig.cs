using System.ComponentModel.DataAnnotations;

namespace Hub.Migration.Config;

/// <summary>Where a dataset is read: <c>Hub.Datasets.NAME.Source</c>. Exactly one database is named.</summary>
internal sealed class SourceConfig
{
    /// <summary>Legacy's database file, captured by triggers; a relative path starts at the folder that the hub was given.</summary>
    public string? Sqlite { get; init; }

    /// <summary>Legacy's PostgreSQL: by logical replication, or with <see cref="Kafka"/> by its Debezium connector.</summary>
    public DatabaseConfig? Postgres { get; init; }

    /// <summary>Legacy's MariaDB; it takes <see cref="Kafka"/>.</summary>
    public DatabaseConfig? MariaDb { get; init; }

    /// <summary>Legacy's MySQL; it takes <see cref="Kafka"/>.</summary>
    public DatabaseConfig? MySql { get; init; }

    /// <summary>Legacy's SQL Server; it takes <see cref="Kafka"/>.</summary>
    public DatabaseConfig? SqlServer { get; init; }

    /// <summary>The topic into which a Debezium connector writes its changes; left out, the hub captures them itself.</summary>
    public KafkaConfig? Kafka { get; init; }

    /// <summary>The tables that move together, in the order in which they are copied.</summary>
    [MinLength(1)]
    public List<string> Tables { get; init; } = [];

    /// <summary>The IANA zone in which legacy writes times that have none: <c>Europe/Berlin</c>.</summary>
    /// <value>The default is UTC.</value>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>How the tables are copied.</summary>
    public SnapshotConfig Snapshot { get; init; } = new();
}

/// <summary>How a copy goes about legacy's database.</summary>
internal sealed class SnapshotConfig
{
    /// <summary>Who reads the rows.</summary>
    /// <value>The default is hub.</value>
    public SnapshotWay By { get; init; }

    /// <summary>The most rows that are read in a second; 0 is as fast as it goes. Not by <see cref="SnapshotWay.Signal"/>.</summary>
    /// <value>The default is 0.</value>
    [Range(0, 100_000_000)]
    public int RowsPerSecond { get; init; }

    /// <summary>Rows between two watermarks: what a kill costs, and what stays in memory; by <see cref="SnapshotWay.Signal"/> the connector's, which takes it with <c>--apply</c>.</summary>
    /// <value>The default is 20,000.</value>
    [Range(1, 1_000_000)]
    public int ChunkRows { get; init; } = 20_000;
}

/// <summary>Who reads a table's rows when it is copied.</summary>
internal enum SnapshotWay
{
    /// <summary>The hub, between two watermarks, beside whichever feed.</summary>
    Hub,

    /// <summary>The Debezium connector, told by a row in its table of signals; the rows come through Kafka.</summary>
    Signal,
}
