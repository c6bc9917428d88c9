using System.Globalization;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;
using Hub.Migration.Quarantine;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Applying;

/// <summary>
/// Writes a batch in one transaction (CDC.md "Apply"):
/// 1. the position, under the condition that it stands where this instance left it;
/// 2. the changes are mapped, what can't be goes to the quarantine;
/// 3. what they amount to is written, deletes before upserts;
/// 4. messages of rows that are whole now go to the outbox;
/// 5. how far the copy came.
/// </summary>
/// <remarks>
/// A constraint that is violated is not poison yet. The batch is tried again with all its rows deleted and inserted whole
/// (two rows that swapped a unique value), and then change by change in source order, with a savepoint each, so that one
/// bad row goes to the quarantine and all others flow. Foreign keys are looked at when the transaction ends, so that the
/// order of rows inside it doesn't matter.
/// </remarks>
internal sealed class BatchWriter : IDisposable
{
    private const int ConstraintViolated = 19;
    private static readonly TimeSpan ClockPatience = TimeSpan.FromMinutes(10);
    private readonly SqliteConnection _connection;
    private readonly string _dataset;
    private readonly TargetMapping _mapping;
    private readonly OutboxRule? _outbox;
    private readonly Dictionary<string, RowWriter> _writers;

    public BatchWriter(SqliteConnection connection, string dataset, TargetMapping mapping, OutboxRule? outbox)
    {
        (_connection, _dataset, _mapping, _outbox) = (connection, dataset, mapping, outbox);
        _writers = mapping.Tables.ToDictionary(table => table.Name, table => new RowWriter(connection, table), StringComparer.Ordinal);
    }

    /// <summary>Changes applied since the start.</summary>
    public long Applied { get; private set; }

    /// <summary>What the newest row for the outbox makes doubt of the source's clock or zone; null where it agrees.</summary>
    public string? ClockDoubt { get; private set; }

    /// <summary>Called between any two steps of a transaction: where a test pulls the plug.</summary>
    internal Action? BetweenSteps { get; set; }

    public BatchOutcome Write(BatchRequest request, CancellationToken cancellationToken)
    {
        BatchOutcome? outcome = null;
        foreach (var way in new[] { Way.Together, Way.Whole, Way.OneByOne })
        {
            try
            {
                outcome = Attempt(request, way, cancellationToken);
                break;
            }
            catch (SqliteException e) when (e.SqliteErrorCode == ConstraintViolated && way != Way.OneByOne)
            {
                // The transaction is rolled back; the next way tells the bad row from the others.
            }
        }

        Applied += request.Events.Count(change => change.Table != SqliteChangeLog.WatermarkTable);
        return outcome!;
    }

    /// <summary>Tries what waits in the quarantine again, as it stands now.</summary>
    public void Retry(BatchRequest request, bool all, CancellationToken cancellationToken)
    {
        if (QuarantineStore.List(_connection, _dataset, all, all ? int.MaxValue : 200) is { Count: > 0 } waiting)
        {
            Attempt(request with { Events = waiting }, Way.OneByOne, cancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (var writer in _writers.Values)
        {
            writer.Dispose();
        }
    }

    private BatchOutcome Attempt(BatchRequest request, Way way, CancellationToken cancellationToken)
    {
        using var transaction = _connection.BeginTransaction();
        _connection.Run($"PRAGMA defer_foreign_keys = {(way == Way.OneByOne ? "OFF" : "ON")}");

        // 1. The position.
        var watermarks = request.Events.Select(Watermark.Of).OfType<Watermark>().Where(watermark => watermark.Dataset == _dataset).ToList();
        MovePosition(request, watermarks);

        // 2. and 3. The rows.
        var net = new LastEffects();
        var touched = new HashSet<object>();
        var quarantined = QuarantineStore.Count(_connection, _dataset) > 0;
        var effects = new List<RowEffect>();
        foreach (var change in request.Events.Where(change => change.Table != SqliteChangeLog.WatermarkTable))
        {
            Step(cancellationToken);
            effects.Clear();
            var waiting = quarantined ? QuarantineStore.Find(_connection, _dataset, change) : null;
            var whole = waiting is null ? change : QuarantineStore.Join(waiting, change);
            var problem = _mapping.Map(whole, effects);
            var waits = false;
            if (problem is null && way == Way.OneByOne)
            {
                problem = WriteOne(effects, transaction);
                waits = problem is not null;
            }

            if (problem is not null)
            {
                QuarantineStore.Put(_connection, _dataset, whole, problem, waits);
                quarantined = true;
                continue;
            }

            if (waiting is not null)
            {
                QuarantineStore.Remove(_connection, _dataset, change);
            }

            foreach (var effect in effects)
            {
                net.Add(effect);
                Touch(effect, whole, touched);
                LookAtClock(effect, change, request);
            }
        }

        if (way != Way.OneByOne)
        {
            WriteTogether(net, whole: way == Way.Whole, transaction, cancellationToken);
        }

        // 4. The outbox.
        Step(cancellationToken);
        foreach (var key in touched)
        {
            Tell(key, request);
        }

        // 5. The copy.
        if (request.Copy is { } copy)
        {
            _connection.Run(
                "UPDATE hub_copies SET last_key = $key, rows = $rows, done = $done WHERE dataset = $dataset AND source_table = $table",
                ("$key", copy.LastKey?.ToJson()), ("$rows", copy.Rows), ("$done", copy.Done ? 1 : 0), ("$dataset", _dataset), ("$table", copy.Table));
        }

        Step(cancellationToken);
        transaction.Commit();
        return new BatchOutcome(request.Next, watermarks.LastOrDefault()?.At);
    }

    private void MovePosition(BatchRequest request, List<Watermark> watermarks)
    {
        var watermark = watermarks.LastOrDefault();
        if (_connection.Run(
            "UPDATE hub_positions SET next = $next, applied_ms = coalesce($applied, applied_ms) WHERE dataset = $dataset AND next = $from AND epoch = $epoch",
            ("$next", request.Next.Major), ("$applied", watermark?.At.ToUnixTimeMilliseconds()), ("$dataset", _dataset), ("$from", request.From.Major), ("$epoch", request.Epoch)) == 0)
        {
            throw new FencedException(
                $"Another instance has taken {_dataset} over (epoch {request.Epoch} at {request.From} is not the target's any longer). This one stops; restart it when the other one is gone.");
        }

        if (watermark is not null && _connection.Run(
            // The oldest of them counts: a restored source's counter would catch up while the batch waits for a person.
            "UPDATE hub_positions SET counter = $counter WHERE dataset = $dataset AND counter < $oldest",
            ("$counter", watermark.Counter), ("$oldest", watermarks[0].Counter), ("$dataset", _dataset)) == 0)
        {
            throw new FeedBrokenException(
                $"The watermark of {_dataset} went back to {watermarks[0].Counter}: the source was restored from a backup. "
                + "Empty the target's tables and hub_positions, so that it is copied again.");
        }
    }

    private void WriteTogether(LastEffects net, bool whole, SqliteTransaction transaction, CancellationToken cancellationToken)
    {
        foreach (var effect in net.Rows.Where(effect => whole || effect.Row is null))
        {
            Step(cancellationToken);
            _writers[effect.Table.Name].Delete(effect.Key, transaction);
        }

        foreach (var effect in net.Rows)
        {
            if (effect.Row is not null)
            {
                Step(cancellationToken);
                _writers[effect.Table.Name].Upsert(effect.Row, transaction);
            }
        }
    }

    /// <summary>Null, or the constraint that one of the effects violates; then none of them is written.</summary>
    private string? WriteOne(List<RowEffect> effects, SqliteTransaction transaction)
    {
        transaction.Save("change");
        try
        {
            foreach (var effect in effects)
            {
                if (effect.Row is null)
                {
                    _writers[effect.Table.Name].Delete(effect.Key, transaction);
                }
                else
                {
                    _writers[effect.Table.Name].Upsert(effect.Row, transaction);
                }
            }

            transaction.Release("change");
            return null;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == ConstraintViolated)
        {
            transaction.Rollback("change");
            transaction.Release("change");
            return e.Message;
        }
    }

    private void Touch(RowEffect effect, ChangeEvent change, HashSet<object> touched)
    {
        if (_outbox?.Touched(effect) is { } key)
        {
            touched.Add(key);
        }

        // A line that goes may be what made the sum wrong.
        if (_outbox is not null && effect.Row is null && effect.Table.Name == _outbox.Lines.Name
            && change.Before is { } before && effect.Table.MapColumn(before, _outbox.Config.Lines!.By) is { } owner)
        {
            touched.Add(owner);
        }
    }

    private void Tell(object key, BatchRequest request)
    {
        var rule = _outbox!;
        var (row, lacks) = rule.Evaluate(_connection, key);
        var name = string.Create(CultureInfo.InvariantCulture, $"{rule.Root.Name} {key}");

        // What a copy brings is history as a rule, and there such rows are many.
        if (lacks is not null && request.Copy is null && request.Events is [.., var newest])
        {
            UntoldStore.Put(_connection, _dataset, name, lacks, newest.SourceTime);
        }
        else if (lacks is null)
        {
            UntoldStore.Remove(_connection, _dataset, name);
        }

        if (row is null || Waits(rule.Root, rule.Root.Columns[rule.Root.Key[0]].From)
            || Waits(rule.Lines, rule.Lines.Columns.First(column => column.Name == rule.Config.Lines!.By).From))
        {
            return;
        }

        _connection.Run(
            """
            INSERT INTO hub_outbox(dataset, kind, key, at_ms, body) VALUES($dataset, $kind, $key, $at, $body)
            ON CONFLICT(kind, key) DO UPDATE SET at_ms = excluded.at_ms, body = excluded.body WHERE posted_ms IS NULL AND dataset = excluded.dataset
            """,
            ("$dataset", _dataset), ("$kind", row.Kind), ("$key", row.Key), ("$at", row.At.ToUnixTimeMilliseconds()), ("$body", row.Body));

        bool Waits(TableMapping table, string? column) => column is not null
            && QuarantineStore.Holds(_connection, _dataset, table.From, column, string.Create(CultureInfo.InvariantCulture, $"{key}"));
    }

    /// <summary>A row that was just written says when it came about: a wrong TimeZone, or a clock that is off, is seen there.</summary>
    private void LookAtClock(RowEffect effect, ChangeEvent change, BatchRequest request)
    {
        if (_outbox is { } rule && request.Copy is null && change.Operation == ChangeOperation.Create && effect.Table.Name == rule.Root.Name
            && effect.Row is { } row && row[rule.Root.Columns.ToList().FindIndex(column => column.Name == rule.Config.At)] is DateTimeOffset at)
        {
            var off = at - change.SourceTime;
            ClockDoubt = off.Duration() <= ClockPatience ? null
                : $"{rule.Root.Name} {effect.Key[0]} says {rule.Config.At} {at:u} and was written at {change.SourceTime:u}: the Source's TimeZone is wrong, or a clock is. "
                    + "Orders may be taken for older or younger than the intake; correct it (an import of old rows looks the same).";
        }
    }

    private void Step(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BetweenSteps?.Invoke();
    }

    private enum Way
    {
        Together,
        Whole,
        OneByOne,
    }
}

/// <summary>What is to be written as one.</summary>
/// <param name="From">Where the target has to stand.</param>
/// <param name="Next">Where it stands afterwards.</param>
/// <param name="Epoch">Whose target it has to be.</param>
/// <param name="Copy">How far a copy has come with it; null for the stream.</param>
internal sealed record BatchRequest(IReadOnlyList<ChangeEvent> Events, Position From, Position Next, long Epoch, CopyState? Copy);

/// <param name="AppliedAt">The time of the newest watermark in the batch, if there was one.</param>
internal sealed record BatchOutcome(Position Next, DateTimeOffset? AppliedAt);

/// <summary>The last effect on each key.</summary>
internal sealed class LastEffects
{
    private readonly Dictionary<string, Dictionary<string, RowEffect>> _tables = new(StringComparer.Ordinal);

    public void Add(RowEffect effect)
    {
        if (!_tables.TryGetValue(effect.Table.Name, out var rows))
        {
            _tables.Add(effect.Table.Name, rows = new Dictionary<string, RowEffect>(StringComparer.Ordinal));
        }

        rows[MappedRow.KeyText(effect.Key)] = effect;
    }

    public IEnumerable<RowEffect> Rows => _tables.Values.SelectMany(rows => rows.Values);
}
