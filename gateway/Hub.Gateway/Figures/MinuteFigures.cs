using Hub.Control.Protocol;
using Hub.Placement;

namespace Hub.Gateway.Figures;

/// <summary>The minute that runs and the last one, of one group. What is told of a minute is whole each time.</summary>
internal sealed class MinuteFigures(string group, GroupCounters counters)
{
    private readonly long[] _now = new long[GroupCounters.Length];
    private readonly long[] _begin = new long[GroupCounters.Length];
    private long _minute;
    private GroupFigures? _last;

    /// <summary>Looks at the clock, and begins a minute where one is over.</summary>
    /// <param name="minute">Unix time in minutes.</param>
    public void Turn(long minute)
    {
        if (minute == _minute)
        {
            return;
        }

        counters.Read(_now);
        if (_minute > 0)
        {
            // Whatever came since the last look counts for the minute that was running then.
            _last = Figures();
        }

        _minute = minute;
        _now.CopyTo(_begin, 0);
    }

    public IEnumerable<GroupFigures> Tell()
    {
        if (_last is { Both.IsEmpty: false } last && last.At.ToUnixTimeSeconds() / 60 >= _minute - 1)
        {
            yield return last;
        }

        counters.Read(_now);
        var running = Figures();
        if (!running.Both.IsEmpty)
        {
            yield return running;
        }
    }

    private GroupFigures Figures() => new(
        group, DateTimeOffset.FromUnixTimeSeconds(_minute * 60), 60,
        GroupCounters.Between(_begin, _now, Side.Legacy), GroupCounters.Between(_begin, _now, Side.New));
}
