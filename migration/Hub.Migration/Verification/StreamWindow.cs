using System.Globalization;
using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Pipelines;

namespace Hub.Migration.Verification;

/// <summary>
/// Watermarks that verification writes into the source, and the keys that the stream touched between them and now: of a target's
/// table, or of a source's whose rows are kept (CDC.md "Verify while writes go on").
/// </summary>
/// <remarks>Keys are noted before the change is applied, so that what a later read of the target sees is noted already.</remarks>
internal sealed class StreamWindow : IStreamWatcher, IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly VerifiedTarget _target;
    private readonly StreamNote _note;
    private readonly TimeProvider _time;
    private readonly string _prefix;
    private readonly IDisposable _watching;
    private readonly TouchedKeys _touched = new();
    private readonly List<Mark> _marks = [];

    /// <param name="note">Says which keys a change touches.</param>
    public StreamWindow(VerifiedTarget target, TimeProvider time, StreamNote note)
    {
        (_target, _time, _note) = (target, time, note);
        _prefix = $"verify/{target.Name}/{Guid.NewGuid():N}/";
        _watching = target.Stream.Watch(this);
    }

    /// <summary>Notes the keys of a target's table.</summary>
    /// <param name="looked">Keys of which also the rows are kept that the stream brings; null: of none.</param>
    public static StreamWindow Of(VerifiedTarget target, TableMapping table, TimeProvider time, IReadOnlySet<object?[]>? looked = null) => new(
        target, time, (change, effects, touched) =>
        {
            foreach (var effect in effects)
            {
                if (effect.Table.Name != table.Name)
                {
                    continue;
                }

                if (effect.IsTruncate)
                {
                    touched.AddAll();
                    continue;
                }

                var key = target.AsRead(effect.Key);
                touched.Add(key, change.Key, looked?.Contains(key) == true ? new(effect.Row is null ? null : target.AsRead(effect.Row)) : null);
            }
        });

    /// <summary>Notes nothing: for its watermarks alone.</summary>
    public static StreamWindow OfNothing(VerifiedTarget target, TimeProvider time) => new(target, time, (_, _, _) => { });

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
            return _touched.Since(_marks[mark].Batch);
        }
    }

    /// <summary>Nobody asks any more for what was touched before this watermark.</summary>
    public void Forget(int before)
    {
        lock (_lock)
        {
            _touched.Forget(_marks[before].Batch);
        }
    }

    public void Pass(MappedChanges changes, FeedPoint next)
    {
        var passed = -1;
        lock (_lock)
        {
            _touched.Batch++;
            foreach (var watermark in changes.Watermarks)
            {
                if (Number(watermark.Mark) is { } number && _marks[number].Batch == long.MaxValue)
                {
                    _marks[number].Batch = _touched.Mark();
                    passed = number;
                }
            }

            for (var place = 0; place < changes.Events.Count && _touched.IsNoting; place++)
            {
                _note(changes.Events[place], changes.Effects(place), _touched);
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

    private sealed class Mark
    {
        /// <summary>The batch in which it came by first.</summary>
        public long Batch { get; set; } = long.MaxValue;

        public TaskCompletionSource Applied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Says which keys a change touches, into <paramref name="touched"/>.</summary>
/// <param name="effects">What the change does to the target, as far as that is known before it is applied.</param>
internal delegate void StreamNote(ChangeEvent change, ReadOnlySpan<RowEffect> effects, TouchedKeys touched);
