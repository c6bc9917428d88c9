namespace Hub.Connectors.Limits;

/// <summary>How much of a limit is left. Not safe by itself: <see cref="VendorLimits"/> holds a lock around it.</summary>
internal sealed class LimitGate(VendorLimit limit, DateTimeOffset now)
{
    private double _left = limit.Burst;
    private double _perSecond = limit.PerSecond;
    private DateTimeOffset _filledAt = now;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;
    private DateOnly _day = DateOnly.FromDateTime(now.UtcDateTime);
    private double _leftToday = limit.PerDay > 0 ? limit.PerDay : double.PositiveInfinity;
    private double _underWay;
    private int _calls;

    public VendorLimit Limit => limit;

    /// <summary>Places for calls under way; null where those are not limited.</summary>
    public SemaphoreSlim? Places { get; } = limit.Concurrency > 0 ? new SemaphoreSlim(limit.Concurrency) : null;

    /// <summary>How long the vendor wants to be left alone.</summary>
    public TimeSpan ClosedFor(DateTimeOffset now) => _closedUntil > now ? _closedUntil - now : TimeSpan.Zero;

    /// <summary>How long a call has to wait; zero: it fits now.</summary>
    public TimeSpan WaitFor(double cost, DateTimeOffset now)
    {
        Fill(now);
        var wait = TimeSpan.Zero;
        // More than the bucket holds would never fit: it goes when the bucket is full.
        var missing = _perSecond > 0 ? Math.Min(cost, limit.Burst) - _left : 0;
        if (missing > 0)
        {
            wait = Longer(wait, TimeSpan.FromSeconds(missing / _perSecond));
        }

        return _leftToday >= 1 ? wait : Longer(wait, now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime);
    }

    public void Take(double cost)
    {
        _left -= cost;
        _leftToday--;
        _underWay += cost;
        _calls++;
    }

    /// <summary>The call ended, or was not made after all.</summary>
    public void GiveBack(double cost, bool made)
    {
        _underWay -= cost;
        _calls--;
        if (!made)
        {
            _left += cost;
            _leftToday++;
        }
    }

    public void CloseUntil(DateTimeOffset time) => _closedUntil = time > _closedUntil ? time : _closedUntil;

    /// <summary>The vendor said "too many" and not for how long: what we counted was too much.</summary>
    public void Empty(DateTimeOffset now)
    {
        Fill(now);
        _left = Math.Min(_left, 0);
    }

    /// <summary>The vendor counts for itself, and knows of no call of ours that is still under way but the one that it answered.</summary>
    public void Learn(LimitNews news, double cost, DateTimeOffset now)
    {
        Fill(now);
        _perSecond = news.PerSecond is > 0 and < 1e6 ? news.PerSecond.Value : _perSecond;
        _left = news.Remaining is >= 0 and < 1e9 ? news.Remaining.Value - (_underWay - cost) : _left;
        _leftToday = news.RemainingToday is >= 0 and < 1e9 ? news.RemainingToday.Value - (_calls - 1) : _leftToday;
    }

    private void Fill(DateTimeOffset now)
    {
        _left = Math.Min(limit.Burst, _left + (Math.Max(0, (now - _filledAt).TotalSeconds) * _perSecond));
        _filledAt = now;
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day > _day)
        {
            _day = day;
            _leftToday = limit.PerDay > 0 ? limit.PerDay : double.PositiveInfinity;
        }
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
