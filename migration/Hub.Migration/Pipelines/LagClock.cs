namespace Hub.Migration.Pipelines;

/// <summary>The watermarks that were written and when, to tell how far behind a target is that has applied one of them.</summary>
internal sealed class LagClock
{
    private const int Most = 10_000;
    private readonly Lock _lock = new();
    private readonly Queue<(long Counter, DateTimeOffset At)> _written = new();
    private long _newest;

    /// <summary>The counter of the newest one; 0 before any was written.</summary>
    public long Newest
    {
        get
        {
            lock (_lock)
            {
                return _newest;
            }
        }
    }

    public void Wrote(long counter, DateTimeOffset at)
    {
        lock (_lock)
        {
            _newest = counter;

            // Of a target that is behind for hours the oldest ones tell; those in between are not needed.
            if (_written.Count < Most)
            {
                _written.Enqueue((counter, at));
            }
        }
    }

    /// <param name="applied">The counters of all targets' newest watermarks: what all have applied is forgotten.</param>
    public void Forget(long applied)
    {
        lock (_lock)
        {
            while (_written.TryPeek(out var oldest) && oldest.Counter <= applied)
            {
                _written.Dequeue();
            }
        }
    }

    /// <summary>How long ago the oldest watermark was written that is not applied; 0 where all are, null before any was written.</summary>
    /// <param name="counter">The newest one applied.</param>
    /// <param name="appliedAt">When that was written: it counts where those after it were written by another plane.</param>
    public double? Behind(long counter, DateTimeOffset? appliedAt, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_newest == 0)
            {
                return null;
            }

            if (counter >= _newest)
            {
                return 0;
            }

            foreach (var (written, at) in _written)
            {
                if (written > counter)
                {
                    return Math.Max(0, (now - (written == counter + 1 ? at : appliedAt ?? at)).TotalSeconds);
                }
            }

            return appliedAt is { } since ? Math.Max(0, (now - since).TotalSeconds) : null;
        }
    }
}
