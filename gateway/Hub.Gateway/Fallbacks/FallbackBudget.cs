using Hub.Placement.Config;

namespace Hub.Gateway.Fallbacks;

/// <summary>How many requests of a route may go to legacy for New in this minute (SAFETY.md 9). Two counters, whatever the traffic.</summary>
internal sealed class FallbackBudget(FallbackConfig config, TimeProvider time)
{
    /// <summary>So many may always: a route that is hardly asked has no percentage.</summary>
    private const int Least = 5;

    private readonly Lock _lock = new();
    private long _minute;
    private int _tried, _triedBefore, _taken;

    /// <summary>A request goes to New.</summary>
    public void Try()
    {
        lock (_lock)
        {
            Turn();
            _tried++;
        }
    }

    /// <summary>Takes one of the budget; false where it is used up.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            Turn();
            var share = Math.Max(Least, (_tried + (long)_triedBefore) * config.Percent / 100);
            if (_taken >= Math.Min(config.PerMinute, share))
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    private void Turn()
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (minute != _minute)
        {
            (_triedBefore, _tried, _taken, _minute) = (minute == _minute + 1 ? _tried : 0, 0, 0, minute);
        }
    }
}
