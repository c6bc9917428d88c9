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
/// Keys are noted until it is disposed of, past its end too: who compares the target later than there leaves those out as well.
/// They are noted before their changes are applied, so that none is missed.
/// </remarks>
internal sealed class WatermarkWindow : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WatermarkWindows _windows;
    private readonly KeyReader _ofStream;
    private ImmutableArray<ChangeRow> _rows = [];
    private ImmutableArray<ChangeRow> _gone = [];
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

    /// <summary>The keys that were touched since its beginning, by now.</summary>
    public ImmutableHashSet<string> Touched
    {
        get
        {
            lock (_lock)
            {
                return [.. _touched];
            }
        }
    }

    /// <summary>The table was truncated since its beginning: all its keys are touched.</summary>
    public bool Truncated
    {
        get
        {
            lock (_lock)
            {
                return _truncated;
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
        (_rows, _gone, Copy) = (rows, gone, copy);
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
            else
            {
                _touched.Add(_ofStream.Of(change.Key));
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

        (_rows, _gone) = ([], []);
    }

    internal void Complete() => _passed.TrySetResult();
}
