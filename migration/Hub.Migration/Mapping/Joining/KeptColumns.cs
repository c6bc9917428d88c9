using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.ChangeFeed;

namespace Hub.Migration.Mapping.Joining;

/// <summary>Which rows, and which of their columns, are kept for joins: no more than rows are made of, since a table of attributes may be large.</summary>
internal sealed class KeptColumns(TableMapping table, ImmutableArray<string> rootKey)
{
    private readonly ConcurrentDictionary<(string Table, ColumnNames Names), (ColumnNames Kept, int[] Places)> _shapes = new();

    public ChangeRow? Of(string source, ChangeRow row)
    {
        if (source != table.From && !table.Joins.Any(join => join.Table == source && Wants(join, row)))
        {
            return null;
        }

        var (kept, places) = _shapes.GetOrAdd((source, row.Names), shape => Shape(shape.Table, shape.Names));
        var values = new ChangeValue[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            values[i] = row[places[i]];
        }

        return new ChangeRow(kept, values);
    }

    /// <summary>The columns that are kept of a table with these.</summary>
    public ImmutableArray<string> Of(string source, ColumnNames names) => _shapes.GetOrAdd((source, names), shape => Shape(shape.Table, shape.Names)).Kept.Names;

    private bool Wants(JoinMapping join, ChangeRow row)
    {
        foreach (var rule in join.Where)
        {
            // What isn't known is kept, and looked at when it is computed from.
            if (row.TryGet(rule.Column, out var value) && value.Kind != ChangeValueKind.Unknown && !rule.Takes(value))
            {
                return false;
            }
        }

        if (join.Attribute is null || !row.TryGet(join.Attribute, out var attribute))
        {
            return true;
        }

        var at = table.Joins.IndexOf(join);
        return table.Columns.Any(column => column.Join == at && column.From == attribute.Text);
    }

    private (ColumnNames Kept, int[] Places) Shape(string source, ColumnNames names)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        if (source == table.From)
        {
            wanted.UnionWith(rootKey);
            wanted.UnionWith(table.Joins[0].On.Select(pair => pair.Root));
            wanted.UnionWith(table.Where.Select(rule => rule.Column));
            wanted.UnionWith(table.Columns.Where(column => column.Join < 0).Select(column => column.From).OfType<string>());
            wanted.UnionWith(table.Uses.Values.SelectMany(code => code.Reads));
        }

        for (var i = 0; i < table.Joins.Length; i++)
        {
            var join = table.Joins[i];
            if (join.Table == source)
            {
                wanted.UnionWith(join.On.Select(pair => pair.Column));
                wanted.UnionWith(join.Where.Select(rule => rule.Column));
                wanted.UnionWith(new[] { join.Variant, join.Attribute, join.Attribute is null ? null : join.Value }.OfType<string>());
                wanted.UnionWith(table.Columns.Where(column => column.Join == i && join.Attribute is null).Select(column => column.From).OfType<string>());
            }
        }

        var kept = names.Names.Where(wanted.Contains).ToImmutableArray();
        return (new ColumnNames(kept), [.. kept.Select(names.PlaceOf)]);
    }
}
