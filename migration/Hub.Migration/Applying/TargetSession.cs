using Hub.ChangeFeed;
using Hub.Migration.Outbox;
using Hub.Migration.Quarantine;

namespace Hub.Migration.Applying;

/// <summary>
/// Applies batches to a target, each in one transaction (CDC.md "Apply"):
/// 1. watermarks are held against those before, the position moves under the condition that it stands where this instance left it;
/// 2. the rows are written, together where they can be (<see cref="SliceWriter"/>);
/// 3. messages of rows that are whole now go to the outbox;
/// 4. how far copies came.
/// </summary>
/// <remarks>
/// A refused row is not poison yet. The part of the batch is tried again with the rows that stand in one another's way deleted
/// first, then in halves, down to the one change that can't be applied, which is quarantined with its key: halves are written in
/// source order, so that the rest comes out as if each change had been written by itself, in a few steps more.
/// What waits for other rows is tried again after a batch.
/// </remarks>
internal sealed class TargetSession : ITargetSession
{
    private const int RetriedAtOnce = 200;
    private const int CheapRetry = 50;
    private const int LongestRest = 64;
    private const int TouchedAtOnce = 50_000;
    private readonly ITargetRows _rows;
    private readonly TargetRequest _request;
    private readonly string _dataset;
    private readonly PositionTable _positions;
    private readonly QuarantineTable _quarantine;
    private readonly WaitingKeys _waiting = new();
    private readonly SliceWriter _slices;
    private readonly OutboxTelling? _telling;
    private TargetState _pending;
    private long _pendingApplied;
    private bool _open;
    private bool _partial;
    private bool _broken;
    private bool _retryDue;
    private int _rest;
    private int _restLength = 1;

    private TargetSession(ITargetRows rows, TargetRequest request, string dataset, string target, TargetState state)
    {
        (_rows, _request, _dataset) = (rows, request, dataset);
        (State, _pending) = (state, state);
        _positions = new PositionTable(rows.Sql, dataset, target);
        _quarantine = new QuarantineTable(rows.Sql, dataset, target);
        _slices = new SliceWriter(request, rows, _quarantine, _waiting, new SourceRowTable(rows.Sql, dataset, target, request.Reselect));
        _telling = request.Outbox is null ? null : new OutboxTelling(request.Outbox, rows, new OutboxTable(rows.Sql, dataset, target), _quarantine, _waiting);
    }

    public TargetState State { get; private set; }

    public long Applied { get; private set; }

    public string? ClockDoubt => _telling?.ClockDoubt;

    /// <summary>Called between any two steps of a transaction: where a test pulls the plug.</summary>
    internal Action? BetweenSteps { get; set; }

    /// <summary>Reads what waits, once the target was taken.</summary>
    public static async Task<TargetSession> OpenAsync(
        ITargetRows rows, TargetRequest request, string dataset, string target, TargetState state, CancellationToken cancellationToken)
    {
        var session = new TargetSession(rows, request, dataset, target, state);
        session._slices.BetweenSteps = () => session.BetweenSteps?.Invoke();
        for (var after = 0L; ;)
        {
            var page = await session._quarantine.ListAsync(after, 1_000, waiting: false, cancellationToken);
            page.ForEach(entry => session._waiting.Add(entry.Change, request.Mapping));
            if (page.Count == 0)
            {
                session._waiting.Keep();
                return session;
            }

            after = page[^1].Id;
        }
    }

    public async ValueTask ApplyAsync(AppliedBatch batch, CancellationToken cancellationToken)
    {
        await RunAsync(() => WriteAsync(batch, cancellationToken), cancellationToken);
        if (!_open && !_partial)
        {
            await RetryWaitingAsync(batch.Changes.Events.Count, cancellationToken);
        }
    }

    public async Task<int> RetryAsync(long? id, CancellationToken cancellationToken)
    {
        if (_open || _partial)
        {
            return 0;
        }

        var before = _waiting.Count;
        if (id is { } one)
        {
            if (await _quarantine.FindAsync(one, cancellationToken) is { } entry)
            {
                await RetryAsync([entry], cancellationToken);
            }
        }
        else
        {
            // A row may wait for one that stands after it: once more, as long as it helps.
            for (var waiting = int.MaxValue; _waiting.Count < waiting && _waiting.Count > 0;)
            {
                waiting = _waiting.Count;
                for (var after = 0L; await _quarantine.ListAsync(after, RetriedAtOnce, waiting: false, cancellationToken) is { Count: > 0 } page; after = page[^1].Id)
                {
                    await RetryAsync(page, cancellationToken);
                }
            }
        }

        return before - _waiting.Count;
    }

    public async ValueTask DisposeAsync() => await _rows.DisposeAsync();

    private async ValueTask WriteAsync(AppliedBatch batch, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);

        // 1. Watermarks and position.
        var (state, problem) = WatermarkRules.Take(_pending, batch.Changes.Watermarks);
        if (problem is not null)
        {
            await _rows.Sql.RunAsync("ROLLBACK", cancellationToken);
            await _positions.PauseAsync(problem, State.Epoch, cancellationToken);
            throw new FeedBrokenException(problem);
        }

        _pending = state with { Copies = batch.Copies.Aggregate(state.Copies, (copies, copy) => copies.SetItem(copy.Table, copy)) };
        var ends = !batch.Open;
        if (ends)
        {
            _pending = _pending with { Point = batch.Next };
        }

        if (ends || !_rows.KeepsOpen)
        {
            // Where a transaction can't be kept open its part is kept, and begun anew from the same position after a kill.
            await _positions.MoveAsync(State.Point, ends ? _pending : State, cancellationToken);
        }

        Step(cancellationToken);

        // 2. The rows.
        if (batch.Changes.Events.Count > 0)
        {
            await WriteSliceAsync(batch.Changes, 0, batch.Changes.Events.Count, cancellationToken);
        }

        // 3. The outbox.
        if (_telling is not null && (ends || _telling.Count > TouchedAtOnce))
        {
            Step(cancellationToken);
            await _telling.TellAsync(cancellationToken);
        }

        // 4. The copies.
        foreach (var copy in batch.Copies)
        {
            await _positions.MoveCopyAsync(copy, cancellationToken);
        }

        _pendingApplied += batch.Changes.Events.Count;
        Step(cancellationToken);
        if (ends || !_rows.KeepsOpen)
        {
            await CommitAsync(ends, cancellationToken);
        }
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (!_open)
        {
            await _rows.BeginAsync(cancellationToken);
            _open = true;
            if (!_partial)
            {
                (_pending, _pendingApplied) = (State, 0);
            }
        }
    }

    private async ValueTask CommitAsync(bool ends, CancellationToken cancellationToken)
    {
        await _rows.Sql.RunAsync("COMMIT", cancellationToken);
        (_open, _partial) = (false, !ends);
        State = (ends ? _pending : State) with { Copies = _pending.Copies, Quarantined = _waiting.Count, Paused = null };
        Applied += ends ? _pendingApplied : 0;
    }

    private async ValueTask WriteSliceAsync(MappedChanges changes, int from, int to, CancellationToken cancellationToken)
    {
        var refusal = await TryAsync(changes, from, to, swapped: false, cancellationToken);
        if (refusal is { Unique: true })
        {
            refusal = await TryAsync(changes, from, to, swapped: true, cancellationToken);
        }

        if (refusal is null)
        {
            return;
        }

        if (to - from > 1)
        {
            var middle = from + ((to - from) / 2);
            await WriteSliceAsync(changes, from, middle, cancellationToken);
            await WriteSliceAsync(changes, middle, to, cancellationToken);
            return;
        }

        var change = changes.Events[from];
        if (_waiting.Holds(change.Table, change.Key.ToJson()) && await _quarantine.FindAsync(change.Table, change.Key.ToJson(), cancellationToken) is { } entry)
        {
            change = QuarantineTable.Join(entry.Change, change);
        }

        await _quarantine.PutAsync(change, refusal.Reason, refusal.Waits, cancellationToken);
        _waiting.Add(change, _request.Mapping);
        _waiting.Keep();
    }

    /// <summary>Null where it is written; otherwise nothing of it is.</summary>
    private async ValueTask<TargetRefusal?> TryAsync(MappedChanges changes, int from, int to, bool swapped, CancellationToken cancellationToken)
    {
        var written = _telling is null ? null : new List<(ChangeEvent, Mapping.RowEffect)>();
        await _rows.Sql.RunAsync("SAVEPOINT hub_slice", cancellationToken);
        try
        {
            await _slices.WriteAsync(changes, from, to, swapped, written is null ? null : (change, effect) => written.Add((change, effect)), cancellationToken);
        }
        catch (Exception e) when ((e is ChangeRefusedException refused ? new TargetRefusal(refused.Message, Unique: false, refused.Waits) : _rows.Refusal(e)) is { } refusal)
        {
            await _rows.Sql.RunAsync("ROLLBACK TO SAVEPOINT hub_slice; RELEASE SAVEPOINT hub_slice", cancellationToken);
            _waiting.Undo();
            return refusal;
        }

        await _rows.Sql.RunAsync("RELEASE SAVEPOINT hub_slice", cancellationToken);
        _waiting.Keep();
        foreach (var (change, effect) in written ?? [])
        {
            _telling!.Note(change, effect);
        }

        return null;
    }

    /// <summary>What waits for other rows may be possible now. Where it goes on not being so, it is tried more seldom.</summary>
    private async ValueTask RetryWaitingAsync(int events, CancellationToken cancellationToken)
    {
        _retryDue = (_retryDue || events > 0) && _waiting.Count > 0;
        if (!_retryDue || (events > 0 && _waiting.Count > CheapRetry && ++_rest < _restLength))
        {
            return;
        }

        (_retryDue, _rest) = (false, 0);
        for (var healed = true; healed && _waiting.Count > 0;)
        {
            var before = _waiting.Count;
            if (await _quarantine.ListAsync(0, RetriedAtOnce, waiting: true, cancellationToken) is not { Count: > 0 } page)
            {
                return;
            }

            await RetryAsync(page, cancellationToken);
            healed = _waiting.Count < before;
            _restLength = healed ? 1 : Math.Min(_restLength * 2, LongestRest);
        }
    }

    private async ValueTask RetryAsync(List<QuarantineEntry> entries, CancellationToken cancellationToken) => await RunAsync(
        async () =>
        {
            await BeginAsync(cancellationToken);
            await _positions.MoveAsync(State.Point, State, cancellationToken);
            var changes = MappedChanges.Map(_request.Mapping, _dataset, entries.ConvertAll(entry => entry.Change));
            await WriteSliceAsync(changes, 0, changes.Events.Count, cancellationToken);
            if (_telling is not null)
            {
                await _telling.TellAsync(cancellationToken);
            }

            await CommitAsync(ends: true, cancellationToken);
        },
        cancellationToken);

    private async ValueTask RunAsync(Func<ValueTask> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_broken, this);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await work();
        }
        catch
        {
            _broken = true;
            await _rows.Sql.RollBackAsync();
            throw;
        }
    }

    private void Step(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BetweenSteps?.Invoke();
    }
}
