using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Gateway.Figures;

/// <summary>
/// What this plane saw of each group, from the first request, mirrored or not (SAFETY.md 21). Groups that the document
/// holds no longer are forgotten, so it is as large as the document.
/// </summary>
internal sealed class FigureBoard(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (GroupCounters Counters, MinuteFigures Minutes)> _groups = new(StringComparer.Ordinal);
    private readonly Lock _turning = new();

    /// <summary>The counters of a group; the same as long as some document in a row holds it.</summary>
    public GroupCounters Of(string group) => _groups.GetOrAdd(group, name =>
    {
        var counters = new GroupCounters();
        var minutes = new MinuteFigures(name, counters);
        minutes.Turn(Minute);
        return (counters, minutes);
    }).Counters;

    public void Keep(IReadOnlyCollection<string> groups)
    {
        foreach (var gone in _groups.Keys.Except(groups))
        {
            _groups.TryRemove(gone, out _);
        }
    }

    /// <summary>Begins minutes on time; called several times a second.</summary>
    public void Turn()
    {
        lock (_turning)
        {
            foreach (var (_, minutes) in _groups.Values)
            {
                minutes.Turn(Minute);
            }
        }
    }

    public ImmutableArray<GroupFigures> Tell()
    {
        lock (_turning)
        {
            return [.. _groups.Values.SelectMany(group =>
            {
                group.Minutes.Turn(Minute);
                return group.Minutes.Tell();
            })];
        }
    }

    private long Minute => time.GetUtcNow().ToUnixTimeSeconds() / 60;
}
