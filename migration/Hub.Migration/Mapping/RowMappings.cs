using System.Collections.Frozen;

namespace Hub.Migration.Mapping;

/// <summary>The row mappings that the host registered, by name.</summary>
internal sealed class RowMappings(IEnumerable<KeyValuePair<string, IRowMapping>> registered)
{
    private readonly FrozenDictionary<string, IRowMapping> _byName = registered.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    public IRowMapping? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>A row mapping as the host registers it.</summary>
internal sealed record RegisteredRowMapping(string Name, Func<IServiceProvider, IRowMapping> Make);
