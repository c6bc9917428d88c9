using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;

namespace Hub.Migration.Pipelines;

/// <summary>
/// A stretch of the stream between two watermarks, in which the keys of one table are noted that were touched: rows that were
/// read meanwhile are the truth at its end, all but those (DBLog; CDC.md "Snapshot while writes go on").
/// </summary>
/// <remarks>
/// Keys are noted from its beginning to its end. Where a large transaction stands between the two, of more than
/// <see cref="MostKeys"/> no others are kept than those of rows that were read.
/// </remarks>
internal sealed class WatermarkWindow : IDisposable
{
    public const int MostKeys = 100_000;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WatermarkWindows _windows;
    private readonly KeyReader _ofStream;
    private ImmutableArray<ChangeRow> _rows = [];
    private ImmutableArray<ChangeRow> _gone = [];
    private HashSet<string>? _read;
    private bool _closed;
    private bool _truncated;

    public WatermarkWindow(WatermarkWindows windows, string id, DatabaseTable table, bool begins)
    {
        (_windows, Id, Table, Begins) = (windows, id, table, begins);
        (_ofStream, Keys) = (new KeyReader(table), new KeyReader(table));
    }

    public DatabaseTable Table { get; }

    /// <summary>Writes keys as the window does; for whoever opened it.</summary>
    public KeyReader Keys { get; }

    /// <summary>Completes when its end is applied and committed at the target; fails when the pipeline stops before.</summary>
    public Task Passed => _passed.Task;

    /// <summary>Keys that are kept now.</summary>
    internal int Noted
    {
        get
        {
            lock (_lock)
            {
                return _touched.Count;
            }
        }
    }

    internal string Id { get; }

    /// <summary>From here on the table's changes are applied (the first chunk of a copy).</summary>
    internal bool Begins { get; }

    internal CopyState? Copy { get; private set; }

    /// <summary>Writes the watermark at its end, there to apply rows as copied ones and to delete others, except what was touched.</summary>
    /// <param name="rows">Whole rows that were read since the beginning.</param>
    /// <param name="gone">Keys that the source had no rows of since the beginning.</param>
    /// <param name="copy">How far a copy has come with it.</param>
    public Task CloseAsync(ImmutableArray<ChangeRow> rows, ImmutableArray<ChangeRow> gone, CopyState? copy, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            (_rows, _gone, Copy, _closed) = (rows, gone, copy, true);
        }

        return _windows.WriteAsync($"{Id}/high", cancellationToken);
    }

    public void Dispose()
    {
        _windows.Remove(this);
        _passed.TrySetCanceled();
    }

    /// <summary>By the stage that maps: a change of its table came.</summary>
    internal void Touch(ChangeEvent change)
    {
        lock (_lock)
        {
            if (change.Operation == ChangeOperation.Truncate)
            {
                _truncated = true;
            }
            else if (_ofStream.Of(change.Key) is var key && _read?.Contains(key) != false && _touched.Add(key)
                && _touched.Count >= MostKeys && _closed && _read is null)
            {
                _read = [.. _rows.Select(_ofStream.Of), .. _gone.Select(_ofStream.Of)];
                _touched.IntersectWith(_read);
                _touched.TrimExcess();
            }
        }
    }

    /// <summary>By the stage that maps, at the watermark of its end.</summary>
    internal void AddRows(ChangeEvent watermark, List<ChangeEvent> events)
    {
        lock (_lock)
        {
            if (_truncated)
            {
                // What the table holds after that came as changes.
                return;
            }

            foreach (var row in _rows)
            {
                if (!_touched.Contains(_ofStream.Of(row)))
                {
                    events.Add(new ChangeEvent(
                        ChangeOperation.Read, Table.Name, Keys.Cut(row), Before: null, row, watermark.Position, watermark.SourceTime));
                }
            }

            foreach (var key in _gone)
            {
                if (!_touched.Contains(_ofStream.Of(key)))
                {
                    events.Add(new ChangeEvent(
                        ChangeOperation.Delete, Table.Name, key, Before: null, After: null, watermark.Position, watermark.SourceTime));
                }
            }
        }

        (_rows, _gone, _read) = ([], [], null);
        _touched.Clear();
    }

    internal void Complete() => _passed.TrySetResult();
}
