using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Hub.Migration.Pipelines;

namespace Hub.Migration.Snapshots;

/// <summary>
/// Finds rows that a target still has and legacy has not, when a table is copied again: between the first and the last key of
/// a chunk the target may hold those of the chunk and no other.
/// </summary>
/// <remarks>
/// This takes keys that are in one order on both sides: whole numbers, mapped as they are. Texts are ordered by a collation of
/// which nobody knows whether it is the same; rows of such tables are left to a verification.
/// </remarks>
internal sealed class ExtraRows
{
    private const int AtOnce = 20_000;
    private readonly ITargetStore _store;
    private readonly DatabaseTable _source;
    private readonly ImmutableArray<TableMapping> _tables;
    private readonly ColumnNames _names;
    private readonly KeyReader _keys;

    private ExtraRows(ITargetStore store, DatabaseTable source, ImmutableArray<TableMapping> tables)
    {
        (_store, _source, _tables) = (store, source, tables);
        (_names, _keys) = (new ColumnNames(source.Key), new KeyReader(source));
    }

    /// <summary>Whether all that is made from the table can be looked through in the order of its key.</summary>
    public static bool IsOrdered(TableMapping mapping, DatabaseTable source, TargetTables targets) =>
        mapping is { Joins.IsEmpty: true, Languages.IsEmpty: true } && mapping.Key.Length == source.Key.Length
        && targets.Tables.FirstOrDefault(table => table.Name == mapping.Name) is { } target
        && Enumerable.Range(0, source.Key.Length).All(i => mapping.Columns[mapping.Key[i]] is { Use: null, Config: { As: Conversion.Value or Conversion.WholeNumber, Map.Count: 0 } } column
            && column.From == source.Key[i] && source.Column(source.Key[i]) is { Type: ColumnType.WholeNumber }
            && target.Column(column.Name) is { Type: ColumnType.WholeNumber });

    /// <summary>Looks whether the target holds rows beyond a key; nothing is to be found otherwise.</summary>
    public static async Task<ExtraRows?> LookAsync(
        ITargetStore store, TargetMapping mapping, DatabaseTable source, TargetTables targets, ChangeRow? after, Action<string> untold, CancellationToken cancellationToken)
    {
        var ordered = ImmutableArray.CreateBuilder<TableMapping>();
        foreach (var table in mapping.Tables.Where(table => table.Sources.Contains(source.Name, StringComparer.Ordinal)))
        {
            var isOrdered = table.From == source.Name && IsOrdered(table, source, targets);
            var from = isOrdered && after is not null ? table.MapKey(after) : null;
            if ((await store.ReadRangeAsync(table, from, upTo: null, rows: 1, cancellationToken)).IsEmpty)
            {
                continue;
            }

            if (isOrdered)
            {
                ordered.Add(table);
            }
            else
            {
                untold(table.Name);
            }
        }

        return ordered.Count == 0 ? null : new ExtraRows(store, source, ordered.ToImmutable());
    }

    /// <summary>Keys between two that the target has and the chunk has not.</summary>
    /// <param name="upTo">The chunk's last key; null where it is the table's last chunk.</param>
    public async Task<ImmutableArray<ChangeRow>> FindAsync(
        ChangeRow? after, ChangeRow? upTo, ImmutableArray<ChangeRow> chunk, CancellationToken cancellationToken)
    {
        var there = new HashSet<string>(chunk.Length, StringComparer.Ordinal);
        foreach (var row in chunk)
        {
            there.Add(_keys.Of(row));
        }

        var extra = ImmutableArray.CreateBuilder<ChangeRow>();
        foreach (var table in _tables)
        {
            var from = after is null ? null : table.MapKey(after);
            var to = upTo is null ? null : table.MapKey(upTo);
            for (var full = true; full;)
            {
                var rows = await _store.ReadRangeAsync(table, from, to, AtOnce, cancellationToken);
                foreach (var row in rows)
                {
                    var key = new ChangeRow(_names, [.. table.Key.Select(place => new ChangeValue(ChangeValueKind.Number, Convert.ToString(row[place], CultureInfo.InvariantCulture)))]);
                    if (there.Add(_keys.Of(key)))
                    {
                        extra.Add(key);
                    }
                }

                full = rows.Length == AtOnce;
                from = full ? [.. table.Key.Select(place => rows[^1][place])] : from;
            }
        }

        return extra.ToImmutable();
    }
}
