using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Kafka;

/// <summary>
/// Records in a topic's order become batches of whole source transactions, each with the point from which to read on. Knows
/// no Kafka, is used by one thread.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>BEGIN opens a transaction, END closes it. Connect is at least once: after its crash either may be missing, and a
/// stretch comes again. So the first <i>new</i> change of another transaction closes too, but a replayed one does not: the
/// unfinished transaction comes again whole after the stretch, and goes on where it stood.</item>
/// <item>A streamed change below the highest position is a replay and skipped; one equal to it is applied again, since a change
/// of key is two changes at one position. A copied row is skipped below the highest, and never raises it.</item>
/// <item>A watermark is written in a transaction of its own, which needs no END (SQL Server's comes with the next transaction only).</item>
/// <item>A skipped watermark that was never applied says that the positions are another lineage's (CDC.md "Lineage").</item>
/// <item>The point never lies in an unfinished transaction, but in a slice of a large one.</item>
/// <item>A copied row is skipped where its table was truncated after the row may have been read (<see cref="SignalWindow"/>).</item>
/// </list>
/// </remarks>
/// <param name="applied">The dataset's last watermark that the target holds; null where it knows none.</param>
/// <param name="signals">The connector's table of signals: none of legacy's, its changes are dropped.</param>
internal sealed class TransactionAssembler(FeedPoint from, string dataset, Watermark? applied, string signals = TransactionAssembler.SignalTable)
{
    /// <summary>A batch of whole transactions is sent on with this many changes.</summary>
    public const int FullEvents = 3_500;

    /// <summary>Or with this many bytes of records.</summary>
    public const int FullBytes = 8 * 1024 * 1024;

    /// <summary>An unfinished transaction is sent on in slices of this many changes.</summary>
    public const int SliceEvents = 3_500;

    /// <summary>Or of this many bytes of records.</summary>
    public const int SliceBytes = 8 * 1024 * 1024;

    /// <summary>As Debezium's documentation names it.</summary>
    public const string SignalTable = "debezium_signal";

    private readonly List<ChangeEvent> _events = [];
    private readonly List<DebeziumNotification> _notifications = [];
    private readonly SignalWindow _window = new();
    private FeedPoint _given = from;
    private FeedPoint _whole = from;
    private Position _highest = from.Highest;
    private Watermark? _watermark = applied;
    private string? _open;
    private long _read = from.Next;
    private int _wholeEvents;
    private int _wholeNotifications;
    private int _bytes;
    private int _wholeBytes;
    private bool _sliced;
    private bool _ended;

    /// <summary>Replayed changes that were skipped.</summary>
    public long Replayed { get; private set; }

    /// <summary>There is something to send on.</summary>
    public bool HasWhole => _wholeEvents > 0 || _ended || _whole != _given;

    /// <summary>There is as much as a batch may hold.</summary>
    public bool IsFull => _wholeEvents >= FullEvents || _wholeBytes >= FullBytes || _events.Count >= SliceEvents || _bytes >= SliceBytes;

    /// <param name="bytes">The record's size.</param>
    /// <exception cref="FeedBrokenException">The positions are another lineage's.</exception>
    public void Add(in DebeziumRecord record, long offset, int bytes)
    {
        switch (record.Kind)
        {
            case DebeziumRecordKind.Change when record.Change!.Operation == ChangeOperation.Read:
                AddCopied(record.Change, bytes);
                break;
            case DebeziumRecordKind.Change when record.Change!.Table == signals:
                // Before it is looked at whether it is a replay: who begins in the middle of a window reads it once more for this.
                _window.Look(record.Change, offset);
                AddStreamed(record.Change!, record.Transaction, offset, bytes);
                break;
            case DebeziumRecordKind.Change when record.Change!.Operation == ChangeOperation.Truncate:
                _window.Look(record.Change, offset);
                AddStreamed(record.Change!, record.Transaction, offset, bytes);
                break;
            case DebeziumRecordKind.Change:
                AddStreamed(record.Change!, record.Transaction, offset, bytes);
                break;
            case DebeziumRecordKind.Begin when _open is null || IsEmpty:
                Close(offset);
                _open = record.Transaction;
                break;
            case DebeziumRecordKind.End when _open == record.Transaction:
                _open = null;
                break;
            case DebeziumRecordKind.Notification:
                _notifications.Add(record.Notification!);
                break;
        }

        _read = offset + 1;
        if (_open is null)
        {
            Close(_read);
        }
    }

    /// <summary>What is whole, or a slice of what has grown too large; null where nothing is to be said.</summary>
    public ChangeBatch? Take()
    {
        // What ended before it goes by itself.
        if (_open is not null && _wholeEvents == 0 && (_events.Count >= SliceEvents || _bytes >= SliceBytes))
        {
            _sliced = true;
            _whole = _whole with { Next = _window.From(_read), Highest = _highest };
            return Give(_events.Count, _notifications.Count, open: true);
        }

        return HasWhole ? Give(_wholeEvents, _wholeNotifications, open: false) : null;
    }

    /// <summary>The same point once more, for when nothing comes.</summary>
    public ChangeBatch Idle() => new([], _given, Open: _sliced);

    // The open transaction has brought nothing yet, so nothing of it can be torn.
    private bool IsEmpty => _events.Count == _wholeEvents && _notifications.Count == _wholeNotifications && !_sliced;

    private void AddStreamed(ChangeEvent change, string? transaction, long offset, int bytes)
    {
        var watermark = Watermark.Of(change) is { } row && row.Dataset == dataset ? row : null;
        if (change.Position < _highest)
        {
            Replayed++;
            if (watermark is not null)
            {
                BeOfTheSameLineage(watermark, change.Position);
            }

            return;
        }

        if (_open is not null && _open != transaction)
        {
            _open = null;
            Close(offset);
        }

        _open = transaction;
        _highest = change.Position;
        if (change.Table == signals)
        {
            if (SignalWindow.Asked(change) is { } id)
            {
                _notifications.Add(new DebeziumNotification(id, DebeziumNotification.Signal, "execute-snapshot", Table: null, Rows: null, Status: null));
            }
        }
        else
        {
            var first = IsEmpty;
            Keep(change, bytes);
            _open = first && change.Table == Watermark.Table ? null : _open;
        }

        if (watermark is not null)
        {
            _watermark = watermark;
            _window.Pass(change.SourceTime);
        }
    }

    private void AddCopied(ChangeEvent change, int bytes)
    {
        if (change.Position < _highest || _window.IsEmptied(change.Table))
        {
            Replayed++;
            return;
        }

        Keep(change, bytes);
    }

    private void Keep(ChangeEvent change, int bytes)
    {
        _events.Add(change);
        _bytes += bytes;
    }

    private void Close(long next)
    {
        _whole = _whole with { Next = _window.From(next), Highest = _highest };
        _wholeEvents = _events.Count;
        _wholeNotifications = _notifications.Count;
        _wholeBytes = _bytes;
        _ended |= _sliced;
        _sliced = false;
    }

    private ChangeBatch Give(int events, int notifications, bool open)
    {
        ImmutableArray<ChangeEvent> given = [.. CollectionsMarshal.AsSpan(_events)[..events]];
        ImmutableArray<DebeziumNotification> said = notifications == 0 ? [] : [.. _notifications[..notifications]];
        _events.RemoveRange(0, events);
        _notifications.RemoveRange(0, notifications);
        _bytes = open ? 0 : _bytes - _wholeBytes;
        _wholeEvents = _wholeNotifications = _wholeBytes = 0;
        _given = _whole;
        _ended &= open;
        return new ChangeBatch(given, _whole, open) { Notifications = said };
    }

    private void BeOfTheSameLineage(Watermark watermark, Position position)
    {
        if (_watermark is { } last && (watermark.Lineage != last.Lineage || watermark.Counter > last.Counter))
        {
            throw new FeedBrokenException(
                $"The source's positions jumped back: watermark {watermark.Counter} of server {watermark.Lineage} came at {position}, below {_highest} that is applied, "
                + $"and the last one was {last.Counter} of server {last.Lineage}. The source was restored from a backup, or another server took over and lost writes. "
                + "Its changes since then can't be told from replays: have all tables of the dataset copied again.");
        }
    }
}
