using Hub.Migration.Mapping;

namespace Hub.Migration.Applying;

/// <summary>The order in which tables are written: parents first, by the target's foreign keys; in a circle of them, as the config has them.</summary>
internal static class TableOrder
{
    public static Dictionary<string, int> Of(TargetMapping mapping, TargetTables tables)
    {
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        var visiting = new HashSet<string>(StringComparer.Ordinal);
        var parents = tables.References.ToLookup(reference => reference.Child, reference => reference.Parent, StringComparer.Ordinal);
        var names = mapping.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        foreach (var name in mapping.Tables.Select(table => table.Name))
        {
            Visit(name);
        }

        return order;

        void Visit(string name)
        {
            if (!names.Contains(name) || order.ContainsKey(name) || !visiting.Add(name))
            {
                return;
            }

            foreach (var parent in parents[name])
            {
                Visit(parent);
            }

            order.Add(name, order.Count);
        }
    }
}
