using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Migration.Config;
using Hub.Migration.Debezium;

namespace Hub.Migration;

/// <summary>Reads both ends of a dataset: its <c>Source</c>, and the store of each of its <c>Targets</c>.</summary>
internal static class SourceConfigs
{
    /// <param name="folder">Where relative paths start.</param>
    public static SourceModel Read(string dataset, ConfigNode node, string folder, List<ConfigProblem> problems)
    {
        var config = ConfigBinder.Bind<SourceConfig>(node, problems);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(config.TimeZone, out var zone))
        {
            Add(node["TimeZone"]!, $"'{config.TimeZone}' is no time zone that this machine knows", "legacy's times would be read wrongly",
                "write an IANA name such as \"Europe/Berlin\"; on a slim container image install its tzdata", problems);
        }

        (DatabaseEngine Engine, DatabaseConfig? Config, string Name)[] servers =
        [
            (DatabaseEngine.Postgres, config.Postgres, nameof(config.Postgres)), (DatabaseEngine.MariaDb, config.MariaDb, nameof(config.MariaDb)),
            (DatabaseEngine.MySql, config.MySql, nameof(config.MySql)), (DatabaseEngine.SqlServer, config.SqlServer, nameof(config.SqlServer)),
        ];
        var database = ReadDatabase(node, config.Sqlite, servers, folder, problems);
        if (config.Kafka is null && database.Engine is not (DatabaseEngine.Sqlite or DatabaseEngine.Postgres))
        {
            Add(node, $"{dataset} is read from {servers.First(server => server.Engine == database.Engine).Name} and has no Kafka",
                "the hub itself captures SQLite and PostgreSQL alone", "add Kafka, and let hub dataset connector write the Debezium connector's configuration", problems);
        }

        if (config.Kafka is not null && database.Engine == DatabaseEngine.Sqlite)
        {
            Add(node["Kafka"]!, $"{dataset} is read from SQLite and has a Kafka", "Debezium has no connector for SQLite", "remove Kafka", problems);
        }

        ReadSnapshot(dataset, config, node, problems);
        return new SourceModel(
            database, ReadKafka(dataset, config.Kafka, node["Kafka"], problems), [.. config.Tables.Distinct(StringComparer.Ordinal)], zone ?? TimeZoneInfo.Utc, config.Snapshot);
    }

    private static void ReadSnapshot(string dataset, SourceConfig config, ConfigNode node, List<ConfigProblem> problems)
    {
        if (config.Snapshot.By != SnapshotWay.Signal)
        {
            return;
        }

        if (config.Kafka is null)
        {
            Add(node["Snapshot"]!["By"]!, $"{dataset} is copied by signal and has no Kafka", "a signal is for a Debezium connector, and the hub captures this source itself", "remove By, or write \"hub\"", problems);
        }

        if (config.Snapshot.RowsPerSecond > 0)
        {
            Add(node["Snapshot"]!["RowsPerSecond"]!, $"{dataset} is copied by signal, at most {config.Snapshot.RowsPerSecond} rows a second", "Debezium reads as fast as it goes", "remove RowsPerSecond, or have it copied by \"hub\"", problems);
        }
    }

    /// <summary>A target's file or database.</summary>
    public static DatabaseModel ReadStore(TargetConfig config, ConfigNode node, string folder, List<ConfigProblem> problems) => ReadDatabase(
        node, config.Sqlite, [(DatabaseEngine.Postgres, config.Postgres, nameof(config.Postgres))], folder, problems);

    private static DatabaseModel ReadDatabase(
        ConfigNode node, string? sqlite, (DatabaseEngine Engine, DatabaseConfig? Config, string Name)[] servers, string folder, List<ConfigProblem> problems)
    {
        var named = servers.Where(server => server.Config is not null).ToList();
        var file = string.IsNullOrEmpty(sqlite) ? 0 : 1;
        if (named.Count + file != 1)
        {
            var names = string.Join(", ", servers.Select(server => server.Name));
            Add(node, named.Count + file == 0 ? "no database is named" : "several databases are named", "nobody would know which one is meant",
                $"write exactly one of Sqlite, {names}", problems);
        }

        return named.Count == 0
            ? new DatabaseModel(DatabaseEngine.Sqlite, Path.Combine(folder, sqlite ?? ""), default, "main")
            : DatabaseModel.Read(named[0].Engine, named[0].Config!, node[named[0].Name]!, problems);
    }

    private static KafkaModel? ReadKafka(string dataset, KafkaConfig? config, ConfigNode? node, List<ConfigProblem> problems)
    {
        if (config is null)
        {
            return null;
        }

        if (config.Connect is { } connect && (!connect.IsAbsoluteUri || connect.Scheme is not ("http" or "https")))
        {
            Add(node!["Connect"]!, $"'{connect}' is no address of Kafka Connect", "its REST API couldn't be reached", "write it like \"http://connect:8083\"", problems);
        }

        foreach (var (name, why) in config.Properties.Keys.Select(name => (name, Owned(name))).Where(property => property.Item2 is not null))
        {
            Add(node!["Properties"]![name] ?? node, $"'{name}' can't be set here", why!, "remove it", problems);
        }

        foreach (var (name, _) in config.Debezium.Settings.Where(setting => DebeziumSettings.IsOurs(setting.Key)))
        {
            Add(node!["Debezium"]!["Settings"]![name] ?? node, $"'{name}' can't be set here", "order, completeness or the reading of values stands on what the hub makes it", "remove it", problems);
        }

        foreach (var (name, _) in config.Debezium.Settings.Where(
            setting => setting.Key.Contains("password", StringComparison.Ordinal) && !setting.Value.StartsWith("${", StringComparison.Ordinal)))
        {
            Add(node!["Debezium"]!["Settings"]![name] ?? node, $"'{name}' holds a secret", "it would be committed with the file", "write a reference that Kafka Connect resolves, \"${env:NAME}\"", problems);
        }

        return new KafkaModel(
            config.Bootstrap, string.IsNullOrEmpty(config.Topic) ? $"hub.{dataset}.changes" : config.Topic, config.Connect, config.Handling,
            config.Properties.ToImmutableSortedDictionary(StringComparer.Ordinal), config.Secrets.ToImmutableSortedDictionary(StringComparer.Ordinal))
        {
            Debezium = config.Debezium,
        };
    }

    /// <summary>Why a property is the hub's own, or null: what the pipeline's safety stands on is not to be configured away.</summary>
    private static string? Owned(string property) => property switch
    {
        "bootstrap.servers" => "Bootstrap says it",
        "group.id" or "partition.assignment.strategy" => "the plane's own membership needs it",
        "enable.auto.commit" or "auto.offset.reset" or "enable.auto.offset.store" or "isolation.level" => "positions stand in the target, and a lost stretch has to stop the dataset",
        _ when property.Contains("password", StringComparison.Ordinal) || property.Contains("secret", StringComparison.Ordinal) => "a secret would be committed with the file; name it under Secrets",
        _ => null,
    };

    private static void Add(ConfigNode node, string what, string why, string todo, List<ConfigProblem> problems) =>
        problems.Add(new ConfigProblem(node.Path, node.Line, what, why, todo));
}
