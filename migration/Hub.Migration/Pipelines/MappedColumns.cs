using System.Collections.Immutable;
using Hub.Migration.Mapping;

namespace Hub.Migration.Pipelines;

/// <summary>Which columns of the source a target's mapping reads, by table: those that must not go or change their type.</summary>
internal static class MappedColumns
{
    public static IReadOnlyDictionary<string, ImmutableHashSet<string>> Of(TargetMapping mapping) => Of(mapping.Tables);

    public static IReadOnlyDictionary<string, ImmutableHashSet<string>> Of(TargetModel target) => Of(target.Tables);

    private static Dictionary<string, ImmutableHashSet<string>> Of(ImmutableArray<TableMapping> tables) => tables.SelectMany(Read)
        .GroupBy(read => read.Table, StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key, group => group.Select(read => read.Column).OfType<string>().ToImmutableHashSet(StringComparer.Ordinal), StringComparer.Ordinal);

    private static IEnumerable<(string Table, string? Column)> Read(TableMapping table)
    {
        var own = table.Columns.Where(column => column is { Join: < 0, Use: null }).Select(column => column.From)
            .Concat(table.Where.Select(filter => filter.Column))
            .Concat(table.Uses.Values.SelectMany(code => code.Reads))
            .Concat(table.Joins.SelectMany(join => join.On).Select(on => on.Root))
            .Append(null);
        foreach (var column in own)
        {
            yield return (table.From, column);
        }

        for (var i = 0; i < table.Joins.Length; i++)
        {
            var join = table.Joins[i];
            var joined = join.On.Select(on => on.Column).Concat(join.Where.Select(filter => filter.Column)).Append(join.Variant).Append(join.Attribute)
                .Concat(join.Attribute is null ? table.Columns.Where(column => column.Join == i).Select(column => column.From) : [join.Value])
                .Append(null);
            foreach (var column in joined)
            {
                yield return (join.Table, column);
            }
        }
    }
}
