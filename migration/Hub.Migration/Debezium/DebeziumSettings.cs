using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Migration.Config;

namespace Hub.Migration.Debezium;

/// <summary>
/// The configuration of a dataset's Debezium connector (CDC.md "Order"). Its tables, the watermarks, the signals, the transaction
/// marks and the notifications all come in one topic, so that commit order is the topic's order.
/// </summary>
internal static class DebeziumSettings
{
    /// <summary>What a config must not replace: order, completeness and the reading of values stand on it.</summary>
    private static readonly ImmutableHashSet<string> Ours =
    [
        "connector.class", "tasks.max", "topic.prefix", "table.include.list", "signal.data.collection", "signal.enabled.channels",
        "notification.enabled.channels", "notification.sink.topic.name", "tombstones.on.delete", "provide.transaction.metadata",
        "event.converting.failure.handling.mode", "event.processing.failure.handling.mode", "skipped.operations", "snapshot.mode",
        "transforms", "key.converter", "value.converter", "decimal.handling.mode", "time.precision.mode", "binary.handling.mode",
        "interval.handling.mode", "hstore.handling.mode", "bigint.unsigned.handling.mode", "unavailable.value.placeholder",
        "plugin.name", "publication.autocreate.mode", "database.password",
    ];

    /// <summary>Whether the hub needs a setting to be what it makes it.</summary>
    public static bool IsOurs(string setting) =>
        Ours.Contains(setting) || setting.StartsWith("transforms.", StringComparison.Ordinal) || setting.StartsWith("key.converter.", StringComparison.Ordinal)
        || setting.StartsWith("value.converter.", StringComparison.Ordinal) || setting.StartsWith("column.", StringComparison.Ordinal);

    /// <param name="reveal">Secrets stand in it as they are; otherwise as references that Connect's config providers resolve.</param>
    /// <returns>By name, in the order in which people read them.</returns>
    /// <exception cref="InvalidOperationException">A secret that is to be revealed isn't there.</exception>
    public static ImmutableArray<KeyValuePair<string, string>> Of(DebeziumPlan plan, bool reveal)
    {
        var password = plan.Kafka.Debezium.User.Length > 0 ? plan.Kafka.Debezium.Password : plan.Database.Password;
        var settings = new List<(string Name, string Value)>
        {
            ("connector.class", Class(plan.Engine)),
            ("tasks.max", "1"),
            ("database.hostname", Host(plan)),
            ("database.port", plan.Port.ToString(CultureInfo.InvariantCulture)),
            ("database.user", plan.ConnectorUser),
        };
        if (!password.IsEmpty)
        {
            settings.Add(("database.password", SecretReference.Of(password, reveal)));
        }

        settings.AddRange(plan.Engine switch
        {
            DatabaseEngine.Postgres => PostgresSetup.Settings(plan),
            DatabaseEngine.SqlServer => SqlServerSetup.Settings(plan),
            _ => MySqlSetup.Settings(plan),
        });
        if (plan.Engine != DatabaseEngine.Postgres)
        {
            settings.AddRange(SchemaHistory(plan, reveal));
        }

        settings.AddRange(Common(plan));
        var own = plan.Kafka.Debezium.Settings;
        return [
            .. settings.Where(setting => !own.ContainsKey(setting.Name)).Select(setting => KeyValuePair.Create(setting.Name, setting.Value)),
            .. own.OrderBy(setting => setting.Key, StringComparer.Ordinal)];
    }

    public static string Class(DatabaseEngine engine) => engine switch
    {
        DatabaseEngine.Postgres => "io.debezium.connector.postgresql.PostgresConnector",
        DatabaseEngine.MariaDb => "io.debezium.connector.mariadb.MariaDbConnector",
        DatabaseEngine.MySql => "io.debezium.connector.mysql.MySqlConnector",
        DatabaseEngine.SqlServer => "io.debezium.connector.sqlserver.SqlServerConnector",
        _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "Debezium has no connector for it."),
    };

    /// <summary>As a pattern of Debezium's lists, which are Java's regular expressions, separated by commas.</summary>
    public static string Pattern(string name) => Regex.Escape(name).Replace("]", @"\]", StringComparison.Ordinal).Replace("}", @"\}", StringComparison.Ordinal);

    private static IEnumerable<(string, string)> Common(DebeziumPlan plan)
    {
        yield return ("topic.prefix", plan.Prefix);
        yield return ("table.include.list", string.Join(",", plan.Captured.Select(table => Pattern(table.ToString()))));
        // Copies are made by signal alone: the connector's own initial one never says what was deleted after a restart of it.
        yield return ("snapshot.mode", "no_data");
        yield return ("signal.enabled.channels", "source");
        yield return ("signal.data.collection", plan.Engine == DatabaseEngine.SqlServer ? $"{plan.Database.Database}.{plan.Signals}" : plan.Signals.ToString());
        yield return ("incremental.snapshot.chunk.size", plan.ChunkRows.ToString(CultureInfo.InvariantCulture));
        yield return ("notification.enabled.channels", "sink");
        yield return ("notification.sink.topic.name", $"{plan.Prefix}.notifications");
        // Four headers on each record that nobody reads, and that the reader would have to take in.
        yield return ("extended.headers.enabled", "false");
        yield return ("heartbeat.interval.ms", "5000");
        yield return ("provide.transaction.metadata", "true");
        // A tombstone doesn't say which table it is of.
        yield return ("tombstones.on.delete", "false");
        // Debezium leaves out truncates by default, and writes null for a value that it can't convert.
        yield return ("skipped.operations", "none");
        yield return ("event.converting.failure.handling.mode", "fail");
        if (plan.Kafka.Handling == KafkaHandling.Hub)
        {
            yield return ("decimal.handling.mode", "string");
            // By isostring MySQL's and MariaDB's connectors lose times of day below zero or beyond a day.
            yield return ("time.precision.mode", plan.Engine is DatabaseEngine.MariaDb or DatabaseEngine.MySql ? "adaptive_time_microseconds" : "isostring");
            yield return ("binary.handling.mode", "base64");
        }

        yield return ("transforms", "one");
        yield return ("transforms.one.type", "org.apache.kafka.connect.transforms.RegexRouter");
        yield return ("transforms.one.regex", Routed(plan));
        yield return ("transforms.one.replacement", plan.Kafka.Topic);
        yield return ("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        yield return ("key.converter.schemas.enable", "false");
        yield return ("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        yield return ("value.converter.schemas.enable", "false");
        yield return ("topic.creation.default.partitions", "1");
        yield return ("topic.creation.default.replication.factor", "-1");
        yield return ("topic.creation.default.cleanup.policy", "delete");
        yield return ("topic.creation.default.retention.ms", DatasetTopic.RetentionMs);
        // What a wait of 500 ms, small batches and no compression cost: a third of the rate, and half a second of lag.
        yield return ("poll.interval.ms", "100");
        yield return ("max.batch.size", "8192");
        yield return ("max.queue.size", "65536");
        yield return ("snapshot.fetch.size", "20000");
        yield return ("producer.override.linger.ms", "5");
        yield return ("producer.override.batch.size", "524288");
        yield return ("producer.override.compression.type", "lz4");
        yield return ("producer.override.enable.idempotence", "true");
        yield return ("producer.override.max.request.size", DebeziumPlan.LargestChange.ToString(CultureInfo.InvariantCulture));
    }

    private static string Routed(DebeziumPlan plan)
    {
        var schemas = plan.Captured.Select(table => table.Schema).Distinct(StringComparer.Ordinal)
            .Select(schema => plan.Engine == DatabaseEngine.SqlServer ? $"{plan.Database.Database}.{schema}" : schema)
            // A topic's name holds no other characters; Debezium writes '_' instead.
            .Select(schema => Pattern(Regex.Replace(schema, "[^A-Za-z0-9._-]", "_")) + @"\..*");
        return $@"{Pattern(plan.Prefix)}\.({string.Join('|', schemas)}|transaction|notifications)";
    }

    private static IEnumerable<(string, string)> SchemaHistory(DebeziumPlan plan, bool reveal)
    {
        yield return ("schema.history.internal.kafka.bootstrap.servers", plan.Kafka.Bootstrap);
        yield return ("schema.history.internal.kafka.topic", $"{plan.Prefix}.history");
        yield return ("schema.history.internal.store.only.captured.tables.ddl", "true");
        yield return ("schema.history.internal.store.only.captured.databases.ddl", "true");
        // Another database's DDL that the connector can't parse (inet6 in MariaDB) would end the task.
        yield return ("schema.history.internal.skip.unparseable.ddl", "true");
        yield return ("include.schema.changes", "false");
        foreach (var (name, value) in BrokerAccess.Of(plan.Kafka, reveal))
        {
            yield return ($"schema.history.internal.producer.{name}", value);
            yield return ($"schema.history.internal.consumer.{name}", value);
        }
    }

    private static string Host(DebeziumPlan plan)
    {
        var host = plan.Database.Host.Length > 0 ? plan.Database.Host : "localhost";
        // SQL Server writes tcp:host,port.
        return plan.Engine == DatabaseEngine.SqlServer ? host.Replace("tcp:", "", StringComparison.OrdinalIgnoreCase).Split(',')[0] : host;
    }
}
