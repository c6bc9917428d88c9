using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Control.Revisions;

namespace Hub.Control.Figures;

/// <summary>The same hour last week of each group with guards, told to gateway planes (SAFETY.md 21).</summary>
internal sealed class Baselines(FigureStore figures, RevisionLog revisions, TimeProvider time)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7), Fresh = TimeSpan.FromMinutes(1);

    private volatile Known _known = new(DateTimeOffset.MinValue, "", ImmutableSortedDictionary<string, GroupBaseline>.Empty);

    public PlaneSignals AddTo(PlaneSignals told) => told with { Baselines = Read() };

    public ImmutableSortedDictionary<string, GroupBaseline> Read()
    {
        var now = time.GetUtcNow();
        var document = revisions.Current.Document;
        if (_known is var known && now - known.At < Fresh && known.Document == document.Hash)
        {
            return known.Baselines;
        }

        var hour = FigureStore.Hour(now - Week);
        var baselines = document.Config.Groups.Where(group => group.Value.Guards is not null)
            .Select(group => (group.Key, Hours: figures.Hours(group.Key, hour, hour.AddHours(1))))
            .Where(group => group.Hours.Count > 0)
            .ToImmutableSortedDictionary(group => group.Key, group => new GroupBaseline(group.Hours[0].Both), StringComparer.Ordinal);
        _known = new Known(now, document.Hash, baselines);
        return baselines;
    }

    private sealed record Known(DateTimeOffset At, string Document, ImmutableSortedDictionary<string, GroupBaseline> Baselines);
}
