namespace Hub.Adapters.Stock;

/// <summary>When a channel may be called next: at the vendor's pace, and after a failure not before it has rested.</summary>
internal sealed class ChannelPace(double callsPerSecond, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    // A twentieth more than asked for: calls that leave on the dot reach the vendor now and then as one too many in a second.
    private readonly TimeSpan _between = TimeSpan.FromSeconds(1.05 / callsPerSecond);
    private DateTimeOffset _called;
    private DateTimeOffset _next;
    private int _failures;

    public void Dispose() => _turn.Dispose();

    /// <summary>How long nothing more is to be taken up; zero or less for now.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_lock)
            {
                return _next - time.GetUtcNow();
            }
        }
    }

    /// <summary>Something is taken up, and will be called.</summary>
    public void Taken()
    {
        lock (_lock)
        {
            _next = time.GetUtcNow() + _between;
        }
    }

    /// <summary>Waits until the call may be made. Two of them are never nearer to each other than the vendor allows, however late either is.</summary>
    public async Task TurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (_called + _between - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellationToken);
            }

            _called = time.GetUtcNow();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A call was answered: the vendor is there.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            _failures = 0;
        }
    }

    /// <summary>A call failed.</summary>
    /// <param name="after">What the vendor asks for, if it says so.</param>
    /// <returns>Until when it rests, and whether the call before was answered: then the fault may be this one's.</returns>
    public (DateTimeOffset Until, bool First) Failed(TimeSpan? after)
    {
        lock (_lock)
        {
            var rest = BackOff(_failures);
            var until = time.GetUtcNow() + (after > rest ? after.Value : rest);
            _next = until > _next ? until : _next;
            return (until, _failures++ == 0);
        }
    }

    /// <summary>The wait before the next attempt: from one second to one minute.</summary>
    public static TimeSpan BackOff(int attempts) =>
        TimeSpan.FromTicks((long)Math.Min(LongestRest.Ticks, FirstRest.Ticks * Math.Pow(2, Math.Min(attempts, 30))));
}
