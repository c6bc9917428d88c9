using Hub.Migration.Mapping;

namespace Hub.Migration.Applying;

/// <summary>
/// What a batch amounts to for each row of the target: the last effect on a key, and nothing of what came before it.
/// </summary>
internal sealed class NetEffect
{
    private readonly Dictionary<string, Dictionary<string, RowEffect>> _tables = new(StringComparer.Ordinal);

    public void Add(RowEffect effect)
    {
        if (!_tables.TryGetValue(effect.Table.Name, out var rows))
        {
            _tables.Add(effect.Table.Name, rows = new Dictionary<string, RowEffect>(StringComparer.Ordinal));
        }

        rows[MappedRow.KeyText(effect.Key)] = effect;
    }

    public IEnumerable<RowEffect> Rows => _tables.Values.SelectMany(rows => rows.Values);
}
