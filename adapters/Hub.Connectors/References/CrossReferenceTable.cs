using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hub.Connectors.References;

/// <summary>A table of a connector's cross references: an immutable snapshot. Keys and values are compared exactly.</summary>
public sealed class CrossReferenceTable
{
    private readonly FrozenDictionary<string, string> _values;
    private readonly Lazy<FrozenDictionary<string, ImmutableArray<string>>> _keys;

    /// <param name="rows">Ours → the vendor's.</param>
    public CrossReferenceTable(IEnumerable<KeyValuePair<string, string>> rows)
    {
        _values = rows.ToFrozenDictionary(StringComparer.Ordinal);
        _keys = new(() => _values.GroupBy(row => row.Value, row => row.Key, StringComparer.Ordinal).ToFrozenDictionary(
            group => group.Key, group => group.Order(StringComparer.Ordinal).ToImmutableArray(), StringComparer.Ordinal));
    }

    public static CrossReferenceTable Empty { get; } = new([]);

    public bool IsEmpty => _values.Count == 0;

    public string? Find(string key) => _values.GetValueOrDefault(key);

    public ImmutableArray<string> KeysOf(string value) => _keys.Value.TryGetValue(value, out var keys) ? keys : [];
}
