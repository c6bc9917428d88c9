using System.Buffers;
using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.ChangeFeed.Kafka;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Debezium;

namespace Hub.Migration.Snapshots;

/// <summary>What a dataset tells its Debezium connector: rows in its table of signals.</summary>
internal sealed class DatasetSignals(DatasetModel dataset, ISourceDatabase source, TimeProvider time)
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SearchValues<char> OfPatterns = SearchValues.Create("\\()[]{}*+?|^");
    private readonly string _table = DebeziumPlan.SignalsOf(dataset.Name);

    /// <summary>Has a table copied. With an id that stands there already it changes nothing.</summary>
    public Task ExecuteAsync(string table, string id, CancellationToken cancellationToken) => SignalAsync(
        id, "execute-snapshot", new Dictionary<string, object> { ["data-collections"] = new[] { Collection(table) }, ["type"] = "incremental" }, cancellationToken);

    /// <summary>Has the connector read no further chunk; one that reads none does nothing.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => SignalAsync(Guid.NewGuid().ToString(), "pause-snapshot", Incremental, cancellationToken);

    /// <summary>Has it go on; one that was not paused does nothing.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken) => SignalAsync(Guid.NewGuid().ToString(), "resume-snapshot", Incremental, cancellationToken);

    /// <summary>Why the connector would bring a table's rows and none of its changes; null where it brings them, or nobody can say.</summary>
    public async Task<string?> UncapturedAsync(string table, CancellationToken cancellationToken)
    {
        var kafka = dataset.Source!.Kafka!;
        var publication = DebeziumPlan.PublicationOf(dataset.Name, kafka);
        var missing = source is PostgresSource postgres && !await postgres.IsPublishedAsync(publication, table, cancellationToken) ? $"it is not in the publication {publication} of {source.Name}"
            : await IsIncludedAsync(table, kafka, cancellationToken) ? null
            : "the Debezium connector's table.include.list does not have it";
        return missing is null ? null
            : $"{table} is not copied yet: {missing}, so that its changes would not come. Let an administrator run the SQL of 'hub dataset connector {dataset.Name} --sql', and put the connector's "
                + "configuration in place by --apply; it goes on by itself then.";
    }

    /// <summary>What the connector said of a copy, where a person has to know.</summary>
    public string? Explain(CopyState copy) => SignalWord.Explain(dataset.Name, copy.Table, copy.Said);

    /// <summary>The signal was written and has not come by.</summary>
    public string Unheard(CopyState copy) =>
        $"The signal {copy.Signal} to copy {copy.Table} was written into {_table} and has not come through {dataset.Source!.Kafka!.Topic}: look whether the Debezium connector runs and reads that table "
        + $"(hub dataset connector {dataset.Name} --apply). If it was made anew meanwhile: hub dataset snapshot {dataset.Name} --table {copy.Table}";

    /// <summary>
    /// A table as Debezium names it. It is taken for a pattern first, and for the name itself where no table matches: so dots and dollars stand
    /// as they are, and what would be no pattern is written as one.
    /// </summary>
    internal string Collection(string table)
    {
        var database = dataset.Source!.Database;
        var name = SourceTable.Parse(table, database.Schema).ToString();
        name = database.Engine == DatabaseEngine.SqlServer ? $"{database.Database}.{name}" : name;
        return name.AsSpan().ContainsAny(OfPatterns) ? DebeziumSettings.Pattern(name) : name;
    }

    /// <summary>As far as Kafka Connect can be asked: without its address, or while it is down, the connector's own answer tells.</summary>
    private async Task<bool> IsIncludedAsync(string table, KafkaModel kafka, CancellationToken cancellationToken)
    {
        if (kafka.Connect is null)
        {
            return true;
        }

        try
        {
            using var http = new HttpClient { BaseAddress = kafka.Connect };
            var config = await new DebeziumConnect(http, time).GetConfigAsync(DebeziumPlan.ConnectorOf(dataset.Name), cancellationToken);
            var name = Collection(table);
            return config?.GetValueOrDefault("table.include.list") is not { } list
                || list.Split(',').Any(pattern => Regex.IsMatch(name, $"^(?:{pattern.Trim()})$", RegexOptions.IgnoreCase));
        }
        catch (Exception e) when (e is DebeziumConnectException or RegexParseException)
        {
            return true;
        }
    }

    private static Dictionary<string, object> Incremental => new() { ["type"] = "incremental" };

    private async Task SignalAsync(string id, string type, Dictionary<string, object> data, CancellationToken cancellationToken)
    {
        if (source is not ISignalTable table)
        {
            throw new NotSupportedException($"{source.Name} has no table of signals that this hub writes.");
        }

        try
        {
            await table.SignalAsync(_table, id, type, JsonSerializer.Serialize(data, Written), cancellationToken);
        }
        catch (DbException e)
        {
            throw new InvalidOperationException(
                $"no signal can be written into {_table} of {source.Name}: {e.Message} Where the table or the right to insert into it is missing, let an administrator run the SQL of 'hub dataset connector {dataset.Name} --sql'.", e);
        }
    }
}
