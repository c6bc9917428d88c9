using System.Globalization;
using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Pipelines;

namespace Hub.Migration.Verification;

/// <summary>
/// Watermarks that verification writes into the source, and the keys of one target table that the stream touched between
/// them and now (CDC.md "Verify while writes go on").
/// </summary>
/// <remarks>
/// Keys are noted before the change is applied, so that what a later read of the target sees is noted already. At most
/// <see cref="MostKeys"/> are kept: beyond, and at a truncate, all are taken for touched, and no more is noted until the next
/// watermark comes by.
/// </remarks>
internal sealed class StreamWindow : IStreamWatcher, IDisposable
{
    public const int MostKeys = 200_000;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly VerifiedTarget _target;
    private readonly string _table;
    private readonly IReadOnlySet<object?[]>? _looked;
    private readonly TimeProvider _time;
    private readonly string _prefix;
    private readonly IDisposable _watching;
    private readonly Dictionary<object?[], Touch> _touched = new(KeyComparer.Instance);
    private readonly List<Mark> _marks = [];
    private long _batch;
    private long _flood = -1;
    private long _newest = -1;

    /// <param name="looked">Keys of which also the rows are kept that the stream brings; null: of none.</param>
    public StreamWindow(VerifiedTarget target, string table, TimeProvider time, IReadOnlySet<object?[]>? looked = null)
    {
        (_target, _table, _time, _looked) = (target, table, time, looked);
        _prefix = $"verify/{target.Name}/{Guid.NewGuid():N}/";
        _watching = target.Stream.Watch(this);
    }

    /// <summary>Called when a mark comes by, with the changes that it came with, before they are applied: what is added there is the truth at that place.</summary>
    public Action<int, MappedChanges, FeedPoint>? Passing { get; set; }

    /// <summary>Writes the next watermark.</summary>
    /// <returns>Its number.</returns>
    public async Task<int> MarkAsync(CancellationToken cancellationToken)
    {
        int number;
        lock (_lock)
        {
            number = _marks.Count;
            _marks.Add(new Mark());
        }

        await WriteAsync(number, cancellationToken);
        return number;
    }

    /// <summary>Waits until the target has applied all that the source had committed before this watermark.</summary>
    public async Task AppliedAsync(int mark, CancellationToken cancellationToken)
    {
        var applied = _marks[mark].Applied.Task;
        while (!applied.IsCompleted)
        {
            try
            {
                await applied.WaitAsync(Again, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The pipeline may have been started anew just then: the same mark again, which only comes later.
                await WriteAsync(mark, cancellationToken);
            }
        }
    }

    /// <summary>What was touched since a watermark that is applied; null: all may have been.</summary>
    public Dictionary<object?[], Touch>? Since(int mark)
    {
        lock (_lock)
        {
            var from = _marks[mark].Batch;
            return _flood >= from
                ? null
                : _touched.Where(touch => touch.Value.Batch >= from).ToDictionary(touch => touch.Key, touch => touch.Value, KeyComparer.Instance);
        }
    }

    /// <summary>Nobody asks any more for what was touched before this watermark.</summary>
    public void Forget(int before)
    {
        lock (_lock)
        {
            foreach (var (key, touch) in _touched)
            {
                if (touch.Batch < _marks[before].Batch)
                {
                    _touched.Remove(key);
                }
            }
        }
    }

    public void Pass(MappedChanges changes, FeedPoint next)
    {
        var passed = -1;
        lock (_lock)
        {
            _batch++;
            foreach (var watermark in changes.Watermarks)
            {
                if (Number(watermark.Mark) is { } number && _marks[number].Batch == long.MaxValue)
                {
                    _marks[number].Batch = _newest = _batch;
                    passed = number;
                }
            }

            for (var place = 0; place < changes.Events.Count && _newest > _flood; place++)
            {
                foreach (var effect in changes.Effects(place))
                {
                    if (effect.Table.Name == _table)
                    {
                        Note(effect, changes.Events[place]);
                    }
                }
            }
        }

        if (passed >= 0)
        {
            Passing?.Invoke(passed, changes, next);
        }
    }

    public void Applied(MappedChanges changes)
    {
        foreach (var watermark in changes.Watermarks)
        {
            if (Number(watermark.Mark) is { } number)
            {
                _marks[number].Applied.TrySetResult();
            }
        }
    }

    public void Dispose() => _watching.Dispose();

    private Task WriteAsync(int number, CancellationToken cancellationToken) =>
        _target.Stream.MarkAsync(string.Create(CultureInfo.InvariantCulture, $"{_prefix}{number}"), cancellationToken);

    private int? Number(string? mark) => mark is not null && mark.StartsWith(_prefix, StringComparison.Ordinal)
        ? int.Parse(mark.AsSpan(_prefix.Length), CultureInfo.InvariantCulture)
        : null;

    private void Note(Mapping.RowEffect effect, ChangeEvent change)
    {
        if (effect.IsTruncate || _touched.Count >= MostKeys)
        {
            _flood = _batch;
            _touched.Clear();
            _touched.TrimExcess();
            return;
        }

        var key = _target.AsRead(effect.Key);
        if (!_touched.TryGetValue(key, out var touch))
        {
            _touched.Add(key, touch = new Touch());
        }

        touch.Batch = _batch;
        touch.SourceKey = change.Key;
        if (_looked?.Contains(key) == true)
        {
            (touch.Rows ??= []).Add(effect.Row is null ? null : _target.AsRead(effect.Row));
        }
    }

    private sealed class Mark
    {
        /// <summary>The batch in which it came by first.</summary>
        public long Batch { get; set; } = long.MaxValue;

        public TaskCompletionSource Applied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>That a key of the target was touched.</summary>
internal sealed class Touch
{
    public long Batch { get; set; }

    /// <summary>The key of the source's row whose change it was, the newest one.</summary>
    public ChangeRow? SourceKey { get; set; }

    /// <summary>What the stream made of it, one after another; null: it went. Null as a whole where that is not kept.</summary>
    public List<object?[]?>? Rows { get; set; }
}
