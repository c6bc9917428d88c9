using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Debezium;

/// <summary>
/// What a dataset's Debezium connector, its SQL and its topic are made from: one dataset is one connector, one topic with one
/// partition, and all names follow from the dataset's.
/// </summary>
/// <param name="Tables">As the database has them; Hub's own are not among them.</param>
internal sealed record DebeziumPlan(string Dataset, DatabaseModel Database, KafkaModel Kafka, ImmutableArray<SourceTable> Tables)
{
    /// <summary>How long a topic keeps changes: longer than the longest outage, no longer than personal data should lie about.</summary>
    public const int RetentionDays = 14;

    /// <summary>The most bytes of one row's change.</summary>
    public const int LargestChange = 16 * 1024 * 1024;

    public DatabaseEngine Engine => Database.Engine;

    /// <summary>The connector's name in Kafka Connect.</summary>
    public string Connector => ConnectorOf(Dataset);

    /// <summary>What Debezium begins its topics with.</summary>
    public string Prefix => $"hub.{Dataset}";

    /// <summary>A name for things inside the database: the slot, the publication, the role of SQL Server's capture.</summary>
    /// <remarks>A name with other characters than such things may have ends in a hash, so that <c>a-b</c> is not <c>a_b</c>.</remarks>
    public string Identifier => IdentifierOf(Dataset);

    /// <summary>The login of the hub itself: it reads the tables, writes watermarks and signals.</summary>
    public string HubUser => Database.Value("username", "user id", "user", "uid", "userid", "user name") ?? "";

    /// <summary>The login of the connector; the hub's own where the config names none.</summary>
    public string ConnectorUser => string.IsNullOrEmpty(Kafka.Debezium.User) ? HubUser : Kafka.Debezium.User;

    /// <summary>Both, once each.</summary>
    public IEnumerable<string> Users => new[] { ConnectorUser, HubUser }.Distinct(StringComparer.Ordinal);

    public int Port => int.TryParse(Database.Value("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : Engine switch
    {
        DatabaseEngine.Postgres => 5432,
        DatabaseEngine.SqlServer => 1433,
        _ => 3306,
    };

    public SourceTable Watermarks => new(Database.Schema, Watermark.Table);

    /// <summary>
    /// Its signals. Not shared by datasets of one database: every connector that reads a signal obeys it, a pause too.
    /// </summary>
    public SourceTable Signals => new(Database.Schema, SignalsOf(Dataset));

    /// <summary>All that the connector captures: the dataset's tables and Hub's own.</summary>
    public ImmutableArray<SourceTable> Captured => [.. Tables, Watermarks, Signals];

    /// <summary>What no other dataset of the database has to do with.</summary>
    public ImmutableArray<SourceTable> Own => [.. Tables, Signals];

    /// <summary>Topics that exist because of the connector; nobody deletes them by himself.</summary>
    public ImmutableArray<string> Topics => Engine == DatabaseEngine.Postgres
        ? [Kafka.Topic, $"__debezium-heartbeat.{Prefix}"]
        : [Kafka.Topic, $"{Prefix}.history", $"__debezium-heartbeat.{Prefix}"];

    /// <summary>Rows that the connector reads at once when a copy is signalled.</summary>
    public int ChunkRows { get; init; } = 2_000;

    /// <inheritdoc cref="Connector"/>
    public static string ConnectorOf(string dataset) => $"hub-{dataset}";

    /// <summary>The name of the table for a dataset's signals, in the source's default schema.</summary>
    public static string SignalsOf(string dataset) => $"{IdentifierOf(dataset)}_signal";

    /// <summary>The replication slot of a dataset's connector.</summary>
    public static string SlotOf(string dataset, KafkaModel kafka) => kafka.Debezium.Settings.GetValueOrDefault("slot.name", IdentifierOf(dataset));

    /// <summary>The publication that it reads.</summary>
    public static string PublicationOf(string dataset, KafkaModel kafka) => kafka.Debezium.Settings.GetValueOrDefault("publication.name", IdentifierOf(dataset));

    /// <summary>See <see cref="Identifier"/>.</summary>
    public static string IdentifierOf(string dataset)
    {
        var plain = string.Concat(dataset.Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) : '_'));
        return plain == dataset ? $"hub_{plain}" : $"hub_{plain}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataset)))[..8]}";
    }
}

/// <summary>A table with the schema it is in (MySQL and MariaDB: the database).</summary>
internal readonly record struct SourceTable(string Schema, string Name)
{
    /// <summary>Reads a name of the config: <c>orders</c>, or <c>sales.orders</c> where it is not in the default schema.</summary>
    public static SourceTable Parse(string text, string schema) =>
        text.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? new(text[..dot], text[(dot + 1)..]) : new(schema, text);

    /// <summary>As Debezium writes it in its lists.</summary>
    public override string ToString() => $"{Schema}.{Name}";
}
