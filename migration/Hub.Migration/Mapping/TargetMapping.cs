using System.Collections.Frozen;
using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.Migration.Mapping.Joining;

namespace Hub.Migration.Mapping;

/// <summary>A target's mapping by source table: a change comes in, its effects come out. Pure.</summary>
/// <remarks>
/// Tables with joins are not among them: their rows come from several source rows, by <see cref="Joins"/>.
/// </remarks>
internal sealed class TargetMapping
{
    private readonly FrozenDictionary<string, TableMapping[]> _bySource;

    public TargetMapping(ImmutableArray<TableMapping> tables)
    {
        Tables = tables;
        Joins = tables.All(table => table.Joins.IsEmpty) ? null : new TargetJoins([.. tables.Where(table => !table.Joins.IsEmpty)]);
        _bySource = tables.Where(table => table.Joins.IsEmpty).GroupBy(table => table.From, StringComparer.Ordinal).ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    public ImmutableArray<TableMapping> Tables { get; }

    /// <summary>Makes rows from several source rows; null where no table needs it.</summary>
    public ISourceJoins? Joins { get; init; }

    /// <summary>Adds what the change does, in order.</summary>
    /// <returns>Null, or why the change can't be mapped without loss; nothing was added then.</returns>
    public string? Map(ChangeEvent change, List<RowEffect> effects)
    {
        if (!_bySource.TryGetValue(change.Table, out var tables))
        {
            return null;
        }

        var count = effects.Count;
        foreach (var table in tables)
        {
            if (table.Mapper!.Map(change, effects) is { } problem)
            {
                effects.RemoveRange(count, effects.Count - count);
                return $"{table.Name}: {problem}";
            }
        }

        return null;
    }
}
