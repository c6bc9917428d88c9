using Hub.Control.Protocol;
using Hub.Placement;

namespace Hub.Gateway.Figures;

/// <summary>
/// Readings of a group's counters over time: a second apart for a minute, a minute apart for a quarter of an hour. Any
/// window up to that is the difference of two. Written by one at a time; 40 KiB a group.
/// </summary>
internal sealed class GroupReadings(GroupCounters counters)
{
    private readonly Ring _seconds = new(62);
    private readonly Ring _minutes = new(17);
    private readonly long[] _now = new long[GroupCounters.Length];
    private readonly long[] _before = new long[GroupCounters.Length];
    private long _since;

    /// <summary>Reads the counters.</summary>
    /// <param name="now">Unix time in milliseconds.</param>
    public void Take(long now)
    {
        counters.Read(_now);
        _seconds.Add(now, now / 1_000, _now);
        _minutes.Add(now, now / 60_000, _now);
    }

    /// <summary>What was before is not looked at any longer: a window begins here at the earliest.</summary>
    public void Forget(long now)
    {
        _seconds.Clear();
        _minutes.Clear();
        _since = now;
        Take(now);
    }

    /// <summary>What both sides did in the last so many seconds, or since <see cref="Forget"/>.</summary>
    public (SideFigures Legacy, SideFigures New) Window(long now, int seconds)
    {
        var from = Math.Max(_since, now - (seconds * 1_000L));
        if (!(seconds <= 60 ? _seconds : _minutes).Find(from, _before))
        {
            return (SideFigures.None, SideFigures.None);
        }

        return (GroupCounters.Between(_before, _now, Side.Legacy), GroupCounters.Between(_before, _now, Side.New));
    }

    private sealed class Ring(int length)
    {
        private readonly (long At, long Slot)[] _times = new (long, long)[length];
        private readonly long[] _readings = new long[length * GroupCounters.Length];
        private int _next;
        private int _filled;

        // The first reading of each slot stays: it is where the slot begins.
        public void Add(long at, long slot, ReadOnlySpan<long> reading)
        {
            if (_filled > 0 && _times[(_next + length - 1) % length].Slot == slot)
            {
                return;
            }

            _times[_next] = (at, slot);
            reading.CopyTo(_readings.AsSpan(_next * GroupCounters.Length));
            _next = (_next + 1) % length;
            _filled = Math.Min(_filled + 1, length);
        }

        public void Clear() => (_next, _filled) = (0, 0);

        /// <summary>The oldest reading that is not older than that.</summary>
        public bool Find(long from, Span<long> reading)
        {
            for (var i = _filled; i > 0; i--)
            {
                var at = (_next + length - i) % length;
                if (_times[at].At >= from)
                {
                    _readings.AsSpan(at * GroupCounters.Length, GroupCounters.Length).CopyTo(reading);
                    return true;
                }
            }

            return false;
        }
    }
}
