using Hub.Control.Protocol;
using Hub.Gateway.Figures;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Gateway.Guards;

/// <summary>A group with guards, as one plane watches it. Looked at by one at a time.</summary>
internal sealed class GuardedGroup(GroupCounters counters)
{
    // Short ones see a fault at once, long ones a small one, or one at a shop with few requests.
    private static readonly int[] Windows = [2, 10, 60, 300];

    private const int Business = 900;

    /// <summary>So long after a share has moved shoppers of both sides are at like steps of their way.</summary>
    private const long Settle = 10 * 60_000;

    private readonly GroupReadings _readings = new(counters);
    private bool _watching;
    private bool _tripped;
    private int _share;
    private long _voidBefore;
    private long _movedAt;

    public GroupCounters Counters { get; } = counters;

    /// <summary>Why the group has to be taken back now; once until it is sent to New again.</summary>
    /// <param name="now">Unix time in milliseconds.</param>
    public GuardTrip? Look(GuardsConfig config, GroupPlacement standing, GroupBaseline? baseline, long now)
    {
        var watching = !standing.RolledBack && (standing.Share > 0 || standing.NewCohorts != 0);
        if (watching && (!_watching || standing.Share != _share))
        {
            _movedAt = now;
        }

        // A rollback and the next shift may both come between two looks.
        if (!watching || !_watching || standing.VoidBefore != _voidBefore)
        {
            // What New did before it was given customers again is no reason to take them away.
            (_watching, _tripped, _share, _voidBefore) = (watching, false, standing.Share, standing.VoidBefore);
            _readings.Forget(now);
            return null;
        }

        _share = standing.Share;
        _readings.Take(now);
        if (_tripped)
        {
            return null;
        }

        var trip = GuardDecision.Of(config, [.. Windows.Select(seconds => Window(now, seconds))], Settled(now), baseline);
        _tripped = trip is not null;
        return trip;
    }

    private GuardWindow Window(long now, int seconds)
    {
        var (legacy, candidate) = _readings.Window(now, seconds);
        return new GuardWindow(seconds, legacy, candidate);
    }

    private GuardWindow? Settled(long now)
    {
        var seconds = (int)Math.Min(Business, (now - _movedAt - Settle) / 1_000);
        return seconds < 60 ? null : Window(now, seconds);
    }
}
