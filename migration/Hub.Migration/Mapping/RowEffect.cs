using System.Collections.Immutable;
using Hub.ChangeFeed;

namespace Hub.Migration.Mapping;

/// <summary>What a change does to one row of a target.</summary>
/// <param name="Key">The row's key there.</param>
/// <param name="Row">What the row becomes, in the order of the mapping's columns; null where it goes.</param>
internal readonly record struct RowEffect(TableMapping Table, object?[] Key, object?[]? Row)
{
    /// <summary>Stands in <see cref="Row"/> for a value that the source did not say: the target keeps what it has.</summary>
    public static readonly object Unknown = new();

    /// <summary>All rows of the table go.</summary>
    public bool IsTruncate => Row is null && Key.Length == 0;

    public static RowEffect Truncate(TableMapping table) => new(table, [], Row: null);
}

/// <summary>A target's mapping by source table: a change comes in, its effects come out. Pure.</summary>
internal sealed class TargetMapping(ImmutableArray<TableMapping> tables)
{
    private readonly ILookup<string, TableMapping> _bySource = tables.ToLookup(table => table.From, StringComparer.Ordinal);

    public ImmutableArray<TableMapping> Tables { get; } = tables;

    /// <summary>Makes rows from several source rows; null where no table needs it.</summary>
    public ISourceJoins? Joins { get; init; }

    /// <summary>Adds what the change does, in order.</summary>
    /// <returns>Null, or why the change can't be mapped without loss; nothing was added then.</returns>
    public string? Map(ChangeEvent change, List<RowEffect> effects)
    {
        var count = effects.Count;
        foreach (var table in _bySource[change.Table])
        {
            if (change.Operation == ChangeOperation.Truncate)
            {
                effects.Add(RowEffect.Truncate(table));
                continue;
            }

            var before = change.Before is { } image ? table.MapKey(image) : change.After is null ? table.MapKey(change.Key) : null;
            if (change.After is null)
            {
                if (before is not null)
                {
                    effects.Add(new RowEffect(table, before, Row: null));
                }

                continue;
            }

            var row = table.Map(change.After);
            if (row.Problem is not null)
            {
                effects.RemoveRange(count, effects.Count - count);
                return row.Problem;
            }

            if (before is not null && MappedRow.KeyText(before) != MappedRow.KeyText(row.Key))
            {
                effects.Add(new RowEffect(table, before, Row: null));
            }

            effects.Add(new RowEffect(table, row.Key, row.Values));
        }

        return null;
    }
}
