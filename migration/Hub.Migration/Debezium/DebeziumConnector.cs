using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.ChangeFeed.Kafka;
using Hub.Configuration;
using Hub.Migration.Config;

namespace Hub.Migration.Debezium;

/// <summary>
/// The Debezium connector of one dataset: its configuration, the SQL that lets it read, the script that takes all of it away, and the
/// way into Kafka Connect. Everything follows from the dataset's <c>Source</c>.
/// </summary>
public sealed class DebeziumConnector
{
    /// <summary>How long a connector that runs has to go on running before it is believed.</summary>
    private const int SteadyLooks = 6;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DebeziumPlan _plan;

    internal DebeziumConnector(DebeziumPlan plan) => _plan = plan;

    /// <summary>Its name in Kafka Connect.</summary>
    public string Name => _plan.Connector;

    /// <summary>The SQL, to be run in the source by an administrator.</summary>
    public string InstallSql => $"{Head("lets Debezium read the dataset's tables. It can run again")}\n--\n{string.Join('\n', Load().Select(line => $"-- {line}"))}\n\n{Install()}\n";

    /// <summary>The script that takes all of it away again.</summary>
    public string RemoveSql => $"""
        {Head("takes away what 'hub dataset connector' set up. It can run again")}
        --
        -- First stop the connector (or 'hub dataset connector {_plan.Dataset} --remove --apply'):
        --   curl -X PUT    {Connect}/connectors/{Name}/stop
        --   curl -X DELETE {Connect}/connectors/{Name}/offsets
        --   curl -X DELETE {Connect}/connectors/{Name}
        -- Last delete its topics, when no target needs them any more:
        {string.Join('\n', _plan.Topics.Select(topic => $"--   kafka-topics --bootstrap-server {_plan.Kafka.Bootstrap} --delete --topic {topic}"))}

        {Remove()}

        """;

    private string Connect => _plan.Kafka.Connect?.ToString().TrimEnd('/') ?? "http://CONNECT:8083";

    /// <summary>A dataset's connector, from the whole file's root.</summary>
    /// <returns>Null where the dataset has none; then a problem says why.</returns>
    public static DebeziumConnector? Read(ConfigNode root, string dataset, List<ConfigProblem> problems)
    {
        var datasets = DatasetConfigs.Read(root, "", problems);
        var place = root["Hub"]?["Datasets"]?[dataset];
        var model = datasets.FirstOrDefault(candidate => candidate.Name.Equals(dataset, StringComparison.OrdinalIgnoreCase));
        var (what, why, todo) = model switch
        {
            null => ($"there is no dataset {dataset}", datasets.IsEmpty ? "the file has none" : $"there are {string.Join(", ", datasets.Select(candidate => candidate.Name))}", "use one of the file's datasets"),
            { Source: null } => ($"{dataset} has no Source", "there is nothing to capture", "add one"),
            { Source.Kafka: null } => ($"{dataset} has no Source.Kafka", "the hub captures it itself, without a broker", "add Kafka to its Source if Debezium is to capture it"),
            { Source.Database.Host: "" } => ($"{dataset}'s connection string names no host", "the connector couldn't find the database", "add Host=NAME"),
            _ when !Regex.IsMatch(model.Name, "^[A-Za-z0-9_-]{1,40}$") => ($"'{model.Name}' is no name for a topic", "connector, topic and slot are named after the dataset", "use letters, digits, '-' and '_', at most 40"),
            _ => (null, "", ""),
        };
        if (what is not null)
        {
            problems.Add(new ConfigProblem(place?.Path ?? "Hub.Datasets", place?.Line ?? 0, what, why, todo));
            return null;
        }

        var (database, kafka) = (model!.Source!.Database, model.Source.Kafka!);
        return new DebeziumConnector(new DebeziumPlan(
            model.Name, database, kafka, [.. model.Source.Tables.Select(table => SourceTable.Parse(table, database.Schema))])
        {
            ChunkRows = model.Source.Snapshot.By == SnapshotWay.Signal ? model.Source.Snapshot.ChunkRows : 2_000,
        });
    }

    /// <summary>Its configuration as JSON, as Kafka Connect takes it; secrets are references.</summary>
    public string Configuration() => JsonSerializer.Serialize(Settings(reveal: false), Written);

    /// <summary>Asks the real connector what is wrong with the configuration; it tries the database too.</summary>
    /// <param name="reveal">Passwords are sent as they are, not as references.</param>
    /// <returns>Each error in words; empty where it is right.</returns>
    /// <exception cref="DebeziumConnectException">Kafka Connect doesn't answer.</exception>
    public async Task<ImmutableArray<string>> ValidateAsync(bool reveal, CancellationToken cancellationToken)
    {
        using var http = Client();
        var settings = Settings(reveal);
        var said = await new DebeziumConnect(http, TimeProvider.System).ValidateAsync(settings["connector.class"], Named(settings), cancellationToken);
        return [.. said.Errors.Select(error => $"{error.Setting}: {Hinted(error.Error, settings, reveal)}")];
    }

    /// <summary>Makes the topic, puts the connector into Kafka Connect and waits until it and all its tasks run.</summary>
    /// <param name="reveal">Passwords are sent as they are, and stand in Connect's own topic then.</param>
    /// <param name="tell">Told of each step.</param>
    /// <exception cref="DebeziumConnectorException">It does not run: the message says why, from the task's trace.</exception>
    public async Task ApplyAsync(bool reveal, Action<string> tell, TimeProvider time, CancellationToken cancellationToken)
    {
        var errors = await ValidateAsync(reveal, cancellationToken);
        if (!errors.IsEmpty)
        {
            throw new DebeziumConnectorException($"the connector refuses its configuration: {string.Join("; ", errors)}. To do: run the SQL of 'hub dataset connector {_plan.Dataset} --sql' first, or correct the Source.");
        }

        tell(await DatasetTopic.MakeAsync(_plan, cancellationToken));
        using var http = Client();
        var connect = new DebeziumConnect(http, time);
        await connect.PutAsync(Name, Named(Settings(reveal)), cancellationToken);
        tell($"Debezium connector {Name} is put into {Connect}");
        await UntilRunningAsync(connect, time, cancellationToken);
        tell($"Debezium connector {Name} runs");
    }

    /// <summary>Takes the connector and its offsets out of Kafka Connect; the topics stay.</summary>
    /// <exception cref="DebeziumConnectException">Kafka Connect doesn't answer or refuses it.</exception>
    public async Task RemoveAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        using var http = Client();
        var connect = new DebeziumConnect(http, TimeProvider.System);
        if (await connect.GetStatusAsync(Name, cancellationToken) is not null)
        {
            await connect.StopAsync(Name, cancellationToken);
            while (await connect.GetStatusAsync(Name, cancellationToken) is { Tasks.Length: > 0 })
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }

            // A connector made anew under the same name would go on from there, past what the slot no longer holds.
            await connect.DeleteOffsetsAsync(Name, cancellationToken);
            await connect.DeleteAsync(Name, cancellationToken);
        }

        tell($"Debezium connector {Name} is out of {Connect}; run the SQL in the source, then delete the topics {string.Join(", ", _plan.Topics)}");
    }

    private async Task UntilRunningAsync(DebeziumConnect connect, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var steady = 0; steady < SteadyLooks;)
        {
            var status = await connect.GetStatusAsync(Name, cancellationToken);
            if (status?.Failed is { } failed)
            {
                throw new DebeziumConnectorException($"Debezium connector {Name} failed: {Cause(failed.Trace)}. To do: mend that, then run --apply again.");
            }

            var runs = status?.Runs == true;
            steady = runs ? steady + 1 : 0;
            if (!runs && time.GetElapsedTime(started) > Patience)
            {
                throw new DebeziumConnectorException(
                    $"Debezium connector {Name} does not run after {Patience.TotalSeconds:0} s: it is {status?.Connector.State ?? "unknown"}, its tasks {(status is { Tasks.Length: > 0 } ? string.Join(", ", status.Tasks.Select(task => task.State)) : "none")}. To do: look at Kafka Connect's log.");
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>What a trace comes down to: its innermost cause, which the outer ones only wrap.</summary>
    internal static string Cause(string? trace)
    {
        var lines = (trace ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("...", StringComparison.Ordinal)).ToList();
        var cause = lines.FindLast(line => line.StartsWith("Caused by: ", StringComparison.Ordinal)) ?? lines.FirstOrDefault();
        return cause is null ? "it gives no reason" : Regex.Replace(cause, @"^(Caused by: )?[\w.$]+(Exception|Error): ", "").TrimEnd('.');
    }

    private ImmutableSortedDictionary<string, string> Settings(bool reveal)
    {
        try
        {
            return DebeziumSettings.Of(_plan, reveal).ToImmutableSortedDictionary(StringComparer.Ordinal);
        }
        catch (InvalidOperationException e)
        {
            throw new DebeziumConnectorException($"{e.Message.TrimEnd('.')}. To do: set it where this command runs, or leave --with-secrets away.", e);
        }
    }

    private ImmutableSortedDictionary<string, string> Named(ImmutableSortedDictionary<string, string> settings) => settings.SetItem("name", Name);

    private static string Hinted(string error, ImmutableSortedDictionary<string, string> settings, bool reveal) =>
        !reveal && settings.TryGetValue("database.password", out var password) && error.Contains("connect", StringComparison.OrdinalIgnoreCase)
            ? $"{error.TrimEnd('.')} (the password is sent as the reference {password}: the worker needs that config provider; --with-secrets sends the password itself)"
            : error.TrimEnd('.');

    private HttpClient Client() => _plan.Kafka.Connect is { } address
        ? new HttpClient { BaseAddress = address }
        : throw new DebeziumConnectorException($"{_plan.Dataset} names no Kafka Connect. To do: write Source.Kafka.Connect, \"http://connect:8083\".");

    private string Head(string what) => $"""
        -- Dataset {_plan.Dataset}, Debezium connector {Name}: {what}.
        -- Run by an administrator of {Engine()} in database {_plan.Database.Database}.
        """;

    private string Engine() => _plan.Engine switch
    {
        DatabaseEngine.Postgres => "PostgreSQL",
        DatabaseEngine.MySql => "MySQL",
        DatabaseEngine.SqlServer => "SQL Server",
        _ => "MariaDB",
    };

    private IEnumerable<string> Load() =>
    [
        "Load to expect:",
        .. _plan.Engine switch
        {
            DatabaseEngine.Postgres => PostgresSetup.Load(_plan),
            DatabaseEngine.SqlServer => SqlServerSetup.Load(_plan),
            _ => MySqlSetup.Load(_plan),
        },
        "Watermarks: one small update each second, 86,400 a day, about 20 MB of log a day.",
        string.Create(CultureInfo.InvariantCulture, $"A copy by signal: chunks of {_plan.ChunkRows:N0} rows read by primary key, one after the other, measured up to 40,000 rows a second, and two rows in {_plan.Signals.Name} a chunk; those may be deleted when no copy runs."),
        $"Topic {_plan.Kafka.Topic}: about 0.5 to 1 kB a change before compression, kept {DebeziumPlan.RetentionDays} days: 100 changes a second are 60 to 120 GB before lz4, which makes a tenth to a quarter of it.",
    ];

    private string Install() => _plan.Engine switch
    {
        DatabaseEngine.Postgres => PostgresSetup.Install(_plan),
        DatabaseEngine.SqlServer => SqlServerSetup.Install(_plan),
        _ => MySqlSetup.Install(_plan),
    };

    private string Remove() => _plan.Engine switch
    {
        DatabaseEngine.Postgres => PostgresSetup.Remove(_plan),
        DatabaseEngine.SqlServer => SqlServerSetup.Remove(_plan),
        _ => MySqlSetup.Remove(_plan),
    };
}
