using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Pipelines;

/// <summary>
/// Looks at the columns that changes bring: one that the mapping reads and that is gone stops the dataset before a row is
/// written without it. Rows of a shape share their names, so a look costs one comparison.
/// </summary>
internal sealed class SchemaWatch(ImmutableArray<DatabaseTable> tables, IReadOnlyDictionary<string, ImmutableHashSet<string>> mapped)
{
    private readonly Dictionary<string, ColumnNames> _known = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, string> _added = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Columns that came since the tables were looked at, each as a sentence.</summary>
    public IEnumerable<string> Added => Volatile.Read(ref _added).Values;

    /// <exception cref="FeedBrokenException">A column that is mapped is not there any longer.</exception>
    public void Look(ChangeEvent change)
    {
        if (change.After is not { } row || (_known.TryGetValue(change.Table, out var known) && ReferenceEquals(known, row.Names)))
        {
            return;
        }

        _known[change.Table] = row.Names;
        if (tables.FirstOrDefault(table => table.Name == change.Table) is not { } described)
        {
            return;
        }

        foreach (var column in row.Names.Names.Where(column => described.Column(column) is null))
        {
            Volatile.Write(ref _added, _added.SetItem($"{change.Table}.{column}", SchemaChanges.Added(change.Table, column)));
        }

        if (mapped.TryGetValue(change.Table, out var needed) && needed.FirstOrDefault(column => row.Names.PlaceOf(column) < 0) is { } gone)
        {
            throw new FeedBrokenException(SchemaChanges.Gone(change.Table, gone));
        }
    }
}
