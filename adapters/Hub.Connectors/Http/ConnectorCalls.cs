namespace Hub.Connectors.Http;

/// <summary>Counts a connector's calls, for <c>hub connector show</c>.</summary>
public sealed class ConnectorCalls(TimeProvider time)
{
    private long _calls;
    private long _failures;
    private volatile LastCall? _last;

    public long Calls => Interlocked.Read(ref _calls);

    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>The call that ended last; null where there was none.</summary>
    public LastCall? Last => _last;

    /// <param name="error">What went wrong, or null.</param>
    internal void Ended(string? error)
    {
        Interlocked.Increment(ref _calls);
        if (error is not null)
        {
            Interlocked.Increment(ref _failures);
        }

        _last = new LastCall(time.GetUtcNow(), error is not null, error ?? _last?.LastError);
    }
}

/// <summary>How the last call ended.</summary>
/// <param name="LastError">The error of the last call that failed.</param>
public sealed record LastCall(DateTimeOffset At, bool Failed, string? LastError);
