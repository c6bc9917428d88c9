using System.Collections.Immutable;
using Hub.ChangeFeed.Embedded;

namespace Hub.Migration.Mapping;

/// <summary>Holds a mapping against the two tables that it stands between, before anything is copied.</summary>
internal static class TableBinding
{
    /// <summary>The mapping with its key, or null with the reasons.</summary>
    /// <param name="cascades">The target's tables whose foreign keys would change rows by themselves.</param>
    public static TableMapping? Bind(
        TableMapping mapping, SqliteTable source, SqliteTable target, IReadOnlyCollection<string> cascades, List<string> problems)
    {
        var before = problems.Count;
        foreach (var column in mapping.Columns)
        {
            if (column.From is not null && source.Columns.FirstOrDefault(candidate => candidate.Name == column.From) is not { IsBinary: false } found)
            {
                problems.Add(source.Columns.Any(candidate => candidate.Name == column.From)
                    ? $"{source.Name}.{column.From} holds bytes, which are not mapped; leave {target.Name}.{column.Name} out"
                    : $"{source.Name} has no column {column.From}, which {target.Name}.{column.Name} is to be made from; it has {Names(source)}");
            }

            if (target.Columns.All(candidate => candidate.Name != column.Name))
            {
                problems.Add($"{target.Name} has no column {column.Name}; it has {Names(target)}");
            }
        }

        foreach (var column in target.Columns.Where(column => column.NotNull && !column.HasDefault && mapping.Columns.All(mapped => mapped.Name != column.Name)))
        {
            problems.Add($"{target.Name}.{column.Name} must not be null and nothing is mapped to it; add it to the Columns");
        }

        if (cascades.Contains(target.Name))
        {
            problems.Add($"{target.Name} has a foreign key with CASCADE, SET NULL or SET DEFAULT: rows would change behind the pipeline's back; make it a plain one");
        }

        var key = mapping.Key.IsEmpty ? DefaultKey(mapping, source) : mapping.Key;
        if (key.IsEmpty)
        {
            problems.Add($"{target.Name} has no Key: map all columns of the primary key of {source.Name} ({string.Join(", ", source.Key)}), or name the Key");
        }
        else
        {
            CheckKey(mapping, key, source, target, problems);
        }

        return problems.Count > before ? null : mapping with { Key = key };
    }

    private static ImmutableArray<int> DefaultKey(TableMapping mapping, SqliteTable source)
    {
        var places = source.Key.Select(name => mapping.Columns.ToList().FindIndex(column => column.From == name)).ToImmutableArray();
        return places.Contains(-1) ? [] : places;
    }

    private static void CheckKey(TableMapping mapping, ImmutableArray<int> key, SqliteTable source, SqliteTable target, List<string> problems)
    {
        // Two source rows must not meet in one row here: one of them would be lost, and its delete would take the other.
        var from = key.Select(place => mapping.Columns[place].From).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (!source.Uniques.Append(source.Key).Any(unique => unique.All(from.Contains)))
        {
            problems.Add(
                $"the Key of {target.Name} is made from {string.Join(", ", from)} and {source.Name} may hold two rows with the same; give {source.Name} a unique index on them, or use its primary key");
        }

        var names = key.Select(place => mapping.Columns[place].Name).ToHashSet(StringComparer.Ordinal);
        if (!target.Uniques.Append(target.Key).Any(unique => !unique.IsEmpty && names.SetEquals(unique)))
        {
            problems.Add($"{target.Name} has neither primary key nor unique index on exactly {string.Join(", ", names)}, its Key");
        }
    }

    private static string Names(SqliteTable table) => string.Join(", ", table.Columns.Select(column => column.Name));
}
