using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hub.ChangeFeed;

/// <summary>The names of a row's columns, shared by all rows of one shape.</summary>
public sealed class ColumnNames
{
    private readonly FrozenDictionary<string, int> _places;

    public ColumnNames(ImmutableArray<string> names)
    {
        Names = names;
        _places = names.Select((name, place) => KeyValuePair.Create(name, place)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    public ImmutableArray<string> Names { get; }

    /// <summary>The column's place in a row, or -1.</summary>
    public int PlaceOf(string name) => _places.GetValueOrDefault(name, -1);
}
