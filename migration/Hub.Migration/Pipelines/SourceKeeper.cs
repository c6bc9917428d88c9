using System.Collections.Immutable;
using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Microsoft.Extensions.Logging;

namespace Hub.Migration.Pipelines;

/// <summary>
/// The source's side of a dataset: keeps the capture installed and the tables described, writes the watermark each second, and
/// looks after the log that legacy keeps for the feed.
/// </summary>
internal sealed partial class SourceKeeper(DatasetModel dataset, ISourceDatabase source, TimeProvider time, ILogger logger)
{
    private const int DescribeEachTicks = 10;
    private const int LogEachTicks = 5;
    private const double DangerShare = 0.5;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly SourceModel _model = dataset.Source!;
    private volatile SourceStanding _standing = new([], ImmutableDictionary<string, string>.Empty, ["The source is being looked at."]);
    private volatile SourceLog? _log;
    private volatile string? _lineage;

    /// <summary>The tables as they are, and what is in the way.</summary>
    public SourceStanding Standing => _standing;

    /// <summary>What legacy keeps for the feed; null where it was not read yet.</summary>
    public SourceLog? SourceLog => _log;

    /// <summary>The watermarks that were written.</summary>
    public LagClock Lag { get; } = new();

    /// <summary>What is in the way at the source, or will be.</summary>
    public IEnumerable<string> Problems => _log is { KeptBytes: { } kept, BoundBytes: { } bound } && kept > bound * DangerShare
        ? _standing.Problems.Append(
            $"{source.Name} keeps {Size(kept)} of changes that a target has not read, and has room for {Size(bound)}: "
            + (_model.Kafka is null && _model.Sqlite is null
                ? "past that the database drops them and the tables have to be copied again, or its disk is full and legacy stops. Bring the target back, or take the dataset out of the config."
                : "past that its disk is full and legacy stops. Bring the target back, or take the dataset out of the config."))
        : _log is { Lost: true }
            ? _standing.Problems.Append($"{source.Name} has dropped changes that a target has not read: its tables have to be copied again (hub dataset resume {dataset.Name} --snapshot).")
            : _standing.Problems;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pauses = new BackOff();
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = pauses.Next();
            try
            {
                await KeepAsync(pauses, cancellationToken);
                pause = pause < Tick ? pause : Tick;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.Fails(logger, dataset.Name, e);
                _standing = _standing with { Problems = [$"The source {source.Name} can't be used: {e.Message} It is tried again."] };
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes a watermark; those of each second have no mark.</summary>
    public async Task WriteAsync(string? mark, CancellationToken cancellationToken)
    {
        var lineage = _lineage ?? await source.ReadLineageAsync(cancellationToken);
        var now = time.GetUtcNow();
        Lag.Wrote(await source.WriteWatermarkAsync(dataset.Name, lineage, mark, now, cancellationToken), now);
    }

    private async Task KeepAsync(BackOff pauses, CancellationToken cancellationToken)
    {
        if (_model.Sqlite is { } file && !File.Exists(file))
        {
            _standing = new([], ImmutableDictionary<string, string>.Empty, [$"There is no {file} yet; it is waited for. Correct Source.Sqlite if the path is wrong."]);
            return;
        }

        var schema = -1L;
        for (var tick = 0; ; tick++)
        {
            if (source is SqliteSource sqlite ? SchemaVersion(sqlite) is var version && version != schema : tick % DescribeEachTicks == 0)
            {
                schema = source is SqliteSource ? await InstallAsync(cancellationToken) : await DescribeAsync(cancellationToken);
            }

            if (!_standing.IsReady)
            {
                return;
            }

            // A failover is noticed by this alone, so it is asked each time.
            _lineage = await source.ReadLineageAsync(cancellationToken);
            await WriteAsync(mark: null, cancellationToken);
            if (tick % LogEachTicks == 0)
            {
                _log = await source.ReadLogAsync(cancellationToken);
            }

            pauses.Reset();
            await Task.Delay(Tick, time, cancellationToken);
        }
    }

    /// <returns>The version of the schema that was looked at: another one since is seen at the next tick.</returns>
    private async Task<long> InstallAsync(CancellationToken cancellationToken)
    {
        // Legacy may have made a table anew, and its triggers went with the old one.
        var sqlite = (SqliteSource)source;
        var version = SchemaVersion(sqlite);
        var capture = new SqliteCapture(sqlite);
        var outcome = capture.Install(dataset.Name, _model.Tables);
        if (outcome.Tables.IsEmpty)
        {
            _standing = _standing with { IsReady = false, Tables = await source.DescribeAsync(_model.Tables, cancellationToken), Problems = outcome.Refusal is { } refusal ? [refusal] : outcome.Waiting };
            return -1;
        }

        capture.KeepSlots(dataset.Name, dataset.Targets.Select(target => target.Name));
        Stand(await source.DescribeAsync(_model.Tables, cancellationToken), outcome.Lineages, outcome.Warnings);

        // What was installed may have changed it itself: then it is looked at once more, and found to stand.
        return version;
    }

    private async Task<long> DescribeAsync(CancellationToken cancellationToken)
    {
        var tables = await source.DescribeAsync(_model.Tables, cancellationToken);
        if (_model.Tables.FirstOrDefault(name => tables.All(table => table.Name != name)) is { } missing)
        {
            _standing = _standing with
            {
                IsReady = false,
                Tables = tables,
                Problems = [$"{source.Name} has no table {missing}; it is waited for. Correct the name in the dataset's Tables if it is wrong."],
            };
            return 0;
        }

        if (tables.FirstOrDefault(table => table.Key.IsEmpty) is { } keyless)
        {
            _standing = _standing with
            {
                IsReady = false,
                Tables = tables,
                Problems = [$"{keyless.Name} has no primary key: a change couldn't be told to belong to a row. Give the table a primary key, or take it out of the dataset's Tables."],
            };
            return 0;
        }

        if (source is PostgresSource postgres && _model.Kafka is null && !_standing.IsReady)
        {
            await PostgresCapture.InstallAsync(postgres, dataset.Name, _model.Tables, cancellationToken);
        }

        Stand(tables, ImmutableDictionary<string, string>.Empty, []);
        return 0;
    }

    /// <summary>A description that says the same is the same object: pipelines look again where it is another one.</summary>
    private void Stand(ImmutableArray<DatabaseTable> tables, ImmutableDictionary<string, string> lineages, ImmutableArray<string> problems)
    {
        var same = _standing.IsReady && SourceStanding.Describe(tables, lineages) == SourceStanding.Describe(_standing.Tables, _standing.Lineages);
        _standing = same ? _standing with { Problems = problems } : new SourceStanding(tables, lineages, problems) { IsReady = true, Version = _standing.Version + 1 };
    }

    private static long SchemaVersion(SqliteSource source)
    {
        using var connection = source.Open();
        return (long)connection.Scalar("PRAGMA schema_version")!;
    }

    private static string Size(long bytes) => bytes >= 1L << 30 ? $"{bytes / (double)(1L << 30):0.#} GiB" : $"{bytes / (double)(1L << 20):0.#} MiB";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The source of {Dataset} can't be used; it is tried again")]
        public static partial void Fails(ILogger logger, string dataset, Exception exception);
    }
}
