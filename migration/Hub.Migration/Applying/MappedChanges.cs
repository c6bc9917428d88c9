using System.Runtime.InteropServices;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping;

namespace Hub.Migration.Applying;

/// <summary>
/// Changes and what each does to the target: made beside the writing, by a stage of its own, and not changed once it is being applied.
/// </summary>
internal sealed class MappedChanges
{
    private readonly List<ChangeEvent> _events;
    private readonly List<RowEffect> _effects;
    private readonly List<int> _ends;

    private MappedChanges(int capacity)
    {
        (_events, _effects, _ends) = (new(capacity), new(capacity), new(capacity));
    }

    /// <summary>The changes of rows, watermarks not among them.</summary>
    public IReadOnlyList<ChangeEvent> Events => _events;

    /// <summary>The dataset's watermarks among the changes, in their order.</summary>
    public List<Watermark> Watermarks { get; } = [];

    /// <summary>By the change's place: why it can't be mapped without loss.</summary>
    public Dictionary<int, string> Problems { get; } = [];

    public static MappedChanges Map(TargetMapping mapping, string dataset, IReadOnlyList<ChangeEvent> events)
    {
        var mapped = new MappedChanges(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            var change = events[i];
            if (change.Table == Watermark.Table)
            {
                if (Watermark.Of(change) is { } watermark && watermark.Dataset == dataset)
                {
                    mapped.Watermarks.Add(watermark);
                }
            }
            else
            {
                mapped.Add(change, mapping);
            }
        }

        return mapped;
    }

    /// <summary>What the change at that place does, in order.</summary>
    public ReadOnlySpan<RowEffect> Effects(int place)
    {
        var start = place == 0 ? 0 : _ends[place - 1];
        return CollectionsMarshal.AsSpan(_effects)[start.._ends[place]];
    }

    /// <summary>Adds a change whose effects are known already, behind the others: a row that is repaired.</summary>
    public void Add(ChangeEvent change, ReadOnlySpan<RowEffect> effects)
    {
        _events.Add(change);
        foreach (var effect in effects)
        {
            _effects.Add(effect);
        }

        _ends.Add(_effects.Count);
    }

    private void Add(ChangeEvent change, TargetMapping mapping)
    {
        if (mapping.Map(change, _effects) is { } problem)
        {
            Problems.Add(_events.Count, problem);
        }

        _events.Add(change);
        _ends.Add(_effects.Count);
    }
}
