using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Hub.Migration.Snapshots;
using Microsoft.Extensions.Logging;

namespace Hub.Migration.Pipelines;

/// <summary>
/// Feeds one target of a dataset for as long as it is wanted, and says how it stands. What heals by itself is tried again; what
/// needs a person pauses it: the reason is kept in the target and survives restarts.
/// </summary>
internal sealed partial class TargetPipeline : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private readonly DatasetModel _dataset;
    private readonly SourceKeeper _keeper;
    private readonly Func<ImmutableArray<DatabaseTable>, TargetState?, IChangeFeed> _openFeed;
    private readonly DatasetSignals? _signals;
    private readonly SignalRounds _rounds;
    private readonly MigrationMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private CancellationTokenSource _wake = new();
    private ImmutableHashSet<string> _copyAgain = [];
    private ImmutableHashSet<long> _retry = [];
    private bool _beginAgain;
    private bool _forgiven;
    private string? _held;
    private long _cut;
    private ImmutableArray<DatabaseTable> _described;
    private ImmutableArray<string> _added = [];
    private ImmutableArray<string> _warnings = [];
    private volatile ITableCopier? _copier;
    private volatile PipelineStatus _status = PipelineStatus.Waiting("It is being started.");

    /// <summary>Told of source tables that were copied again while rows of theirs may be left that legacy no longer has.</summary>
    public Action<ImmutableArray<string>> CopiedAgain { get; init; } = _ => { };

    public TargetPipeline(
        DatasetModel dataset, TargetModel target, ISourceDatabase source, SourceKeeper keeper, SignalRounds rounds, ITargetStore store,
        Func<ImmutableArray<DatabaseTable>, TargetState?, IChangeFeed> openFeed, MigrationMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_dataset, Target, Source, _keeper, _rounds, Store, _openFeed, _metrics, _time, _logger) = (dataset, target, source, keeper, rounds, store, openFeed, metrics, time, logger);
        _signals = dataset.Source!.Snapshot.By == SnapshotWay.Signal ? new DatasetSignals(dataset, source, time) : null;
        Stream = new TargetStream((mark, cancellationToken) => keeper.WriteAsync(mark, cancellationToken));
    }

    public TargetModel Target { get; }

    public ISourceDatabase Source { get; }

    public ITargetStore Store { get; }

    /// <summary>What goes by, for those who look at it.</summary>
    public TargetStream Stream { get; }

    /// <summary>Another instance feeds the target; this one goes on where that one is gone.</summary>
    public bool StandsBy { get; private set; }

    /// <summary>The mapping as it is bound to the tables; null before it was.</summary>
    public TargetMapping? Mapping { get; private set; }

    /// <summary>The source's tables that it was bound to.</summary>
    public ImmutableArray<DatabaseTable> SourceTables { get; private set; } = [];

    public PipelineStatus Status => _copier is { } copier
        ? _status with { Copy = copier.Progress, State = copier.Progress is not null && _status.State == PipelineState.Running ? PipelineState.Snapshot : _status.State }
        : _status;

    /// <summary>Tables that were copied again and may hold rows that legacy no longer has, as a sentence each.</summary>
    public IEnumerable<string> Notes => (_copier?.Unordered ?? []).Select(
        table => $"{table} was copied again, and rows that legacy no longer has may still be there: its key has no order that is the same on both sides. Have it verified: hub dataset verify {_dataset.Name} --repair").Concat(_copier?.Problems ?? []).Concat(_added).Concat(_warnings);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pauses = new BackOff();
        while (!cancellationToken.IsCancellationRequested)
        {
            var wake = Wake();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, wake);
            var pause = pauses.Next();
            try
            {
                var waits = await FeedAsync(pauses, either.Token);
                Stand(_status with { State = PipelineState.Waiting, Problems = waits });
                pause = pause < Soon ? pause : Soon;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException) when (wake.IsCancellationRequested)
            {
                pause = TimeSpan.Zero;
            }
            catch (FencedException e)
            {
                Log.Fenced(_logger, _dataset.Name, Target.Name, e);
                Stand(_status with { State = PipelineState.Waiting, Problems = [e.Message] });
                StandsBy = true;
                await WaitWhileFedAsync(either.Token);
                StandsBy = false;
                pause = TimeSpan.Zero;
            }
            catch (PausedException e)
            {
                Stand(_status with { State = PipelineState.Paused, Target = e.State ?? _status.Target, Problems = [e.Message] });
                pause = LookAgain;
            }
            catch (FeedBrokenException e)
            {
                await PauseAsync(e, cancellationToken);
                pause = LookAgain;
            }
            catch (TargetMissingException e)
            {
                Stand(_status with { State = PipelineState.Waiting, Problems = [e.Message] });
                pause = pause < Soon ? pause : Soon;
            }
            catch (Exception e)
            {
                Log.Fails(_logger, _dataset.Name, Target.Name, e);
                Stand(_status with
                {
                    State = PipelineState.Waiting,
                    FailedAt = _time.GetUtcNow(),
                    Problems = [$"{Store.Name} or its source can't be used: {e.Message} It is tried again."],
                });
            }

            await Task.Delay(pause, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Another instance feeds the target: waits until it has not moved for a while, or is woken. So two never take it from each other in turns.</summary>
    private async Task WaitWhileFedAsync(CancellationToken cancellationToken)
    {
        var (seen, since) = ((0L, 0L, 0L), _time.GetTimestamp());
        while (!cancellationToken.IsCancellationRequested && _time.GetElapsedTime(since) < Abandoned)
        {
            try
            {
                if (await Store.ReadStateAsync(cancellationToken) is { } state && (state.Epoch, state.Counter, state.Point.Next) is var now && now != seen)
                {
                    (seen, since) = (now, _time.GetTimestamp());
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A store that can't be asked tells nothing of the other.
                since = _time.GetTimestamp();
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(LookAgain, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Stops applying until it is resumed, by anybody and after restarts too.</summary>
    public async Task PauseAsync(string reason, CancellationToken cancellationToken)
    {
        await Store.PauseAsync(reason, cancellationToken);
        lock (_lock)
        {
            _held = reason;
        }

        WakeUp();
        if (_signals is not null && _status.Target is { } state && state.Copies.Values.Any(copy => copy is { Done: false, Signal: not null }))
        {
            try
            {
                await _signals.PauseAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The target is paused all the same: the connector goes on filling the topic.
                Log.Fails(_logger, _dataset.Name, Target.Name, e);
            }
        }
    }

    /// <summary>Goes on after a pause.</summary>
    /// <param name="snapshot">Copies all tables again from the source's present: what is missing in the feed doesn't matter then.</param>
    public async Task ResumeAsync(bool snapshot, CancellationToken cancellationToken)
    {
        await Store.ResumeAsync(cancellationToken);
        lock (_lock)
        {
            (_held, _forgiven, _beginAgain) = (null, true, _beginAgain || snapshot);
        }

        WakeUp();
    }

    /// <summary>Copies tables again while changes go on being applied.</summary>
    public void CopyAgain(IEnumerable<string> tables)
    {
        lock (_lock)
        {
            _copyAgain = _copyAgain.Union(tables);
        }

        WakeUp();
    }

    /// <summary>Tries what waits in the quarantine again: the one writer does whenever it begins, and it begins anew.</summary>
    /// <param name="id">One entry alone; null: all.</param>
    public void Retry(long? id)
    {
        lock (_lock)
        {
            _retry = id is { } one ? _retry.Add(one) : _retry;
        }

        WakeUp();
    }

    private void WakeUp()
    {
        CancellationTokenSource woken;
        lock (_lock)
        {
            woken = _wake;
            _wake = new CancellationTokenSource();
        }

        woken.Cancel();
        woken.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        lock (_lock)
        {
            _wake.Dispose();
        }
    }

    private CancellationToken Wake()
    {
        lock (_lock)
        {
            return _wake.Token;
        }
    }

    private const string Moved = "Another instance has applied changes meanwhile; it begins where that one stopped.";

    /// <summary>Feeds until the source's tables are others than at the start.</summary>
    /// <returns>What it has to wait for.</returns>
    private async Task<ImmutableArray<string>> FeedAsync(BackOff pauses, CancellationToken cancellationToken)
    {
        var state = await Store.ReadStateAsync(cancellationToken);
        if ((state?.Paused ?? Held()) is { } reason)
        {
            throw new PausedException(reason, state);
        }

        var standing = _keeper.Standing;
        if (!standing.IsReady)
        {
            CompareTables(standing.Tables, missing: true);
            return ["It waits for the source."];
        }

        // What is mapped is held against both ends before anything is read.
        var (problems, warnings) = (new List<string>(), new List<string>());
        var targets = await Store.DescribeAsync([.. Target.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal)], cancellationToken);
        if (TargetBinding.Bind(Target, standing.Tables, targets, problems, warnings) is not var (mapping, outbox))
        {
            CompareTables(standing.Tables, missing: false);
            return [.. problems];
        }

        warnings.AddRange(await Store.InspectAsync(Target.Role, [.. mapping.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal)], cancellationToken));
        CompareTables(standing.Tables, missing: false);
        (Mapping, SourceTables, _warnings) = (mapping, standing.Tables, [.. warnings]);
        var (again, tables) = Asked();
        await using var feed = _openFeed(standing.Tables, state);
        FeedPoint start;
        try
        {
            start = await feed.OpenAsync(again ? null : state?.Point, cancellationToken);
        }
        catch (FeedBrokenException)
        {
            // Another instance may have applied, and let the source forget, what is after the point that was read above.
            if (again || (await Store.ReadStateAsync(cancellationToken))?.Point == state?.Point)
            {
                throw;
            }

            return [Moved];
        }

        var request = new TargetRequest(mapping, outbox, start, standing.Lineages, ReselectAsync) { BeginAgain = again, CopyAgain = tables };
        await using var session = await Store.TakeAsync(request, cancellationToken);
        if (!again && session.State.Point != (state?.Point ?? start))
        {
            // Where there was no state to be read, the hub's tables may have been of an older version.
            return [Moved];
        }

        Taken(again, tables);
        await RetryAsync(session, cancellationToken);
        using var windows = new WatermarkWindows(Target.Name, Stream.MarkAsync);
        var schema = new SchemaWatch(standing.Tables, MappedColumns.Of(mapping));
        var signalled = _signals is null ? null : new SignalledCopies(_dataset.Name, session.State);
        var mapper = new StreamMapper(_dataset.Name, mapping, schema, windows, session.State, signalled);
        ITableCopier copier = signalled is null
            ? new TableCopier(Source, Store, request, targets, windows, _dataset.Source!.Snapshot, _time)
            : new SignalledCopier(Source, signalled, _rounds, _signals!, CopiedAgain, _time);
        var copied = Ordered(standing.Tables, mapping);
        _copier = copier;
        Log.Taken(_logger, _dataset.Name, Target.Name, session.State.Point.Next);
        Note(session, schema, feed);
        pauses.Reset();
        try
        {
            using var look = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var run = new TargetRun(
                feed, session, mapper, Stream, token => copier.RunAsync(copied, session.State, token),
                batch =>
                {
                    _metrics.Applied(_dataset.Name, Target.Name, batch.Batch.Changes.Events.Count);
                    _cut += batch.Cut ? 1 : 0;
                    copier.Applied(session.State);
                    Note(session, schema, feed);
                    if (_keeper.Standing.Version != standing.Version)
                    {
                        look.Cancel();
                    }
                });
            await run.RunAsync(look.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ["The source's tables have changed; they are looked at again."];
        }
        finally
        {
            Stream.Waits = "It is not running now.";
        }

        return [];
    }

    private async Task RetryAsync(ITargetSession session, CancellationToken cancellationToken)
    {
        ImmutableHashSet<long> asked;
        lock (_lock)
        {
            asked = _retry;
        }

        foreach (var id in asked.Select(one => (long?)one).DefaultIfEmpty(null))
        {
            await session.RetryAsync(id, cancellationToken);
        }

        lock (_lock)
        {
            _retry = _retry.Except(asked);
        }
    }

    private async Task<IReadOnlyList<ChangeRow>> ReselectAsync(string table, IReadOnlyList<ChangeRow> keys, CancellationToken cancellationToken) =>
        SourceTables.FirstOrDefault(known => known.Name == table) is { } found ? await Source.ReadRowsAsync(found, keys, cancellationToken) : [];

    /// <summary>A source's table that nothing here is made from is not copied.</summary>
    private static ImmutableArray<DatabaseTable> Ordered(ImmutableArray<DatabaseTable> tables, TargetMapping mapping) =>
        [.. tables.Where(table => MappedColumns.Of(mapping).ContainsKey(table.Name))];

    /// <exception cref="FeedBrokenException">A table is another one than before, in a way that the mapping feels.</exception>
    private void CompareTables(ImmutableArray<DatabaseTable> tables, bool missing)
    {
        if (_described.IsDefault || tables.IsEmpty)
        {
            // A source that isn't there at all is waited for.
            _described = missing ? _described : tables;
            return;
        }

        var (told, breaks) = SchemaChanges.Compare(_described, tables, Mapping is null ? MappedColumns.Of(Target) : MappedColumns.Of(Mapping));
        if (breaks is null)
        {
            _added = [.. _added.Union(told)];
            _described = missing ? _described : tables;
            return;
        }

        lock (_lock)
        {
            if (_forgiven)
            {
                // A person has seen it and said to go on.
                (_forgiven, _described) = (false, missing ? _described : tables);
                return;
            }
        }

        throw new FeedBrokenException(breaks);
    }

    private (bool BeginAgain, ImmutableHashSet<string> CopyAgain) Asked()
    {
        lock (_lock)
        {
            return (_beginAgain, _copyAgain);
        }
    }

    private void Taken(bool again, ImmutableHashSet<string> tables)
    {
        lock (_lock)
        {
            (_beginAgain, _copyAgain, _forgiven) = (_beginAgain && !again, _copyAgain.Except(tables), false);
        }
    }

    private string? Held()
    {
        lock (_lock)
        {
            return _held;
        }
    }

    /// <summary>Keeps the reason in the target. One that was never fed keeps none: it is tried again, as nothing can have been lost.</summary>
    private async Task PauseAsync(FeedBrokenException e, CancellationToken cancellationToken)
    {
        Log.Broken(_logger, _dataset.Name, Target.Name, e);
        Stand(_status with { State = PipelineState.Paused, FailedAt = _time.GetUtcNow(), Problems = [e.Message] });
        try
        {
            await Store.PauseAsync(e.Message, cancellationToken);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // It is found again at the next try.
            Log.Fails(_logger, _dataset.Name, Target.Name, failed);
        }
    }

    private void Note(ITargetSession session, SchemaWatch schema, IChangeFeed feed)
    {
        var copying = _copier?.Progress is not null || session.State.Copies.Values.Any(copy => !copy.Done);
        Stand(new PipelineStatus(
            copying ? PipelineState.Snapshot : PipelineState.Running, session.State, session.Applied,
            [.. schema.Added, .. session.ClockDoubt is { } doubt ? [doubt] : ImmutableArray<string>.Empty])
        {
            Behind = Feeds.Behind(feed, Source, _dataset, session.State.Point),
            Cut = _cut,
            FailedAt = _status.FailedAt,
        });
    }

    private void Stand(PipelineStatus status)
    {
        _status = status;
        Stream.Waits = status.State == PipelineState.Running ? null
            : status.State == PipelineState.Snapshot ? "Its tables are being copied." : status.Problems.FirstOrDefault() ?? "It is not running now.";
    }

    /// <summary>It was paused before, and why.</summary>
    private sealed class PausedException(string reason, TargetState? state) : Exception(reason)
    {
        public TargetState? State => state;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Dataset} feeds {Target} from {Position} on")]
        public static partial void Taken(ILogger logger, string dataset, string target, long position);

        [LoggerMessage(2, LogLevel.Warning, "{Dataset} no longer feeds {Target}: another instance does, and is stood by for")]
        public static partial void Fenced(ILogger logger, string dataset, string target, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "{Dataset} can't go on feeding {Target} without a person")]
        public static partial void Broken(ILogger logger, string dataset, string target, Exception exception);

        [LoggerMessage(4, LogLevel.Warning, "{Dataset} can't feed {Target} now; it is tried again")]
        public static partial void Fails(ILogger logger, string dataset, string target, Exception exception);
    }
}
