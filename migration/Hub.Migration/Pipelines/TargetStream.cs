using Hub.ChangeFeed;
using Hub.Migration.Applying;

namespace Hub.Migration.Pipelines;

/// <summary>
/// A target's stream as it goes by, for those who look at it beside the one that writes: verification sees between two
/// watermarks which keys were touched, and puts rows that it repairs into the stream at their place.
/// </summary>
/// <remarks>
/// The pipeline calls <see cref="Pass"/> and <see cref="Applied"/>; without watchers both cost nothing. After a restart of
/// the feed changes may pass again.
/// </remarks>
/// <param name="writeMark">Writes a watermark with this mark into the source.</param>
internal sealed class TargetStream(Func<string, CancellationToken, Task> writeMark)
{
    private readonly Lock _lock = new();
    private volatile IStreamWatcher[] _watchers = [];
    private volatile string? _waits = "It is being started.";

    /// <summary>Why nothing is applied now (paused, being copied, waiting for a store); null while changes are applied as they come.</summary>
    public string? Waits
    {
        get => _waits;
        set => _waits = value;
    }

    /// <summary>Writes a watermark that comes by with the stream.</summary>
    public Task MarkAsync(string mark, CancellationToken cancellationToken) => writeMark(mark, cancellationToken);

    /// <summary>Looks on until it is disposed of.</summary>
    public IDisposable Watch(IStreamWatcher watcher)
    {
        Change(watchers => [.. watchers, watcher]);
        return new Watching(() => Change(watchers => [.. watchers.Where(other => other != watcher)]));
    }

    /// <summary>Changes are mapped and about to be applied, in the stream's order; a watcher may add what it repairs.</summary>
    /// <param name="next">Where the target stands after them.</param>
    public void Pass(MappedChanges changes, FeedPoint next)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Pass(changes, next);
        }
    }

    /// <summary>They are committed at the target; of a transaction that comes in parts, called with its last one.</summary>
    public void Applied(MappedChanges changes)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Applied(changes);
        }
    }

    private void Change(Func<IStreamWatcher[], IStreamWatcher[]> change)
    {
        lock (_lock)
        {
            _watchers = change(_watchers);
        }
    }

    private sealed class Watching(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>Looks at a target's stream. Called by the pipeline's own threads: quick, and it throws nothing.</summary>
internal interface IStreamWatcher
{
    /// <summary>Before they are applied.</summary>
    void Pass(MappedChanges changes, FeedPoint next);

    /// <summary>After they are committed.</summary>
    void Applied(MappedChanges changes);
}
