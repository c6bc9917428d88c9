using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping.Converting;
using Hub.Migration.Mapping.Joining;

namespace Hub.Migration.Mapping;

/// <summary>Holds a mapping against the tables that it stands between, before anything is copied.</summary>
/// <param name="sources">The source's tables, as far as they are there.</param>
/// <param name="acting">The target's tables whose foreign keys would change rows by themselves.</param>
internal sealed class TableBinding(
    IReadOnlyList<DatabaseTable> sources, TargetKind kind, IReadOnlyCollection<string> acting, List<string> problems, List<string> warnings)
{
    /// <summary>A target's mapping whole, or null with what is wrong: what, why and what to do, each with its place in the config.</summary>
    /// <param name="warnings">What may stop some rows later.</param>
    public static TargetMapping? Bind(
        IReadOnlyList<TableMapping> tables, IReadOnlyList<DatabaseTable> sources, IReadOnlyList<DatabaseTable> targets, TargetKind kind,
        IReadOnlyCollection<string> acting, List<string> problems, List<string> warnings)
    {
        var count = problems.Count;
        var binding = new TableBinding(sources, kind, acting, problems, warnings);
        var bound = ImmutableArray.CreateBuilder<TableMapping>();
        foreach (var table in tables)
        {
            if (targets.FirstOrDefault(candidate => candidate.Name == table.Name) is not { } target)
            {
                problems.Add($"{table.Place}: the target has no table {table.Name} yet; the service that owns it makes it when it starts.");
            }
            else if (binding.Bind(table, target) is { } mapping)
            {
                bound.Add(mapping);
            }
        }

        return problems.Count > count ? null : new TargetMapping(bound.ToImmutable());
    }

    /// <summary>The table's mapping with its key and converters; null with the reasons.</summary>
    public TableMapping? Bind(TableMapping mapping, DatabaseTable target)
    {
        var before = problems.Count;
        if (Source(mapping.From, mapping.Place) is not { } root)
        {
            return null;
        }

        var joined = mapping.Joins.Select(join => Source(join.Table, join.Place)).ToArray();
        if (joined.Contains(null))
        {
            return null;
        }

        var columns = ImmutableArray.CreateBuilder<ColumnMapping>();
        foreach (var column in mapping.Columns)
        {
            if (Column(mapping, column, column.Join < 0 ? root : joined[column.Join]!, target) is { } bound)
            {
                columns.Add(bound);
            }
        }

        foreach (var column in target.Columns.Where(column => column.NotNull && !column.HasDefault && mapping.Columns.All(mapped => mapped.Name != column.Name)))
        {
            Add(mapping.Place, $"{target.Name}.{column.Name} must not be null and nothing is mapped to it", "add it to the Columns, or give it a default");
        }

        if (acting.Contains(target.Name))
        {
            Add(mapping.Place, $"{target.Name} has a foreign key with CASCADE, SET NULL or SET DEFAULT: rows would change behind the pipeline's back", "make it a plain one");
        }

        for (var i = 0; i < mapping.Joins.Length; i++)
        {
            CheckJoin(mapping, mapping.Joins[i], root, joined[i]!);
        }

        var key = mapping.Key.IsEmpty ? DefaultKey(mapping, root) : mapping.Key;
        if (key.IsEmpty)
        {
            Add(mapping.Place, $"{target.Name} has no Key", $"map all columns of the primary key of {root.Name} ({string.Join(", ", root.Key)}), or name the Key");
        }
        else
        {
            CheckKey(mapping, key, root, target);
        }

        var where = mapping.Where.Select(rule => rule.Bind(root, problems)).ToList();
        var joins = mapping.Joins.Select((join, i) => join with { Where = [.. join.Where.Select(rule => rule.Bind(joined[i]!, problems)).OfType<RowFilter>()] }).ToImmutableArray();
        if (problems.Count > before)
        {
            return null;
        }

        var result = mapping with { Key = key, Columns = columns.ToImmutable(), Where = [.. where.OfType<RowFilter>()], Joins = joins };
        var mapper = new RowMapper(result);
        return result with { Mapper = mapper, Joined = joins.IsEmpty ? null : new JoinedRows(result, mapper, root.Key) };
    }

    private ColumnMapping? Column(TableMapping mapping, ColumnMapping column, DatabaseTable source, DatabaseTable target)
    {
        if (target.Column(column.Name) is not { } found)
        {
            Add(column.Place, $"{target.Name} has no column {column.Name}; it has {Names(target)}", "correct the name, or add the column");
            return null;
        }

        var name = column.Join >= 0 && mapping.Joins[column.Join] is { Attribute: not null, Value: var value } ? value : column.From;
        if (column.From is not null && source.Column(name!) is null)
        {
            Add(column.Place, $"{source.Name} has no column {name}, which {target.Name}.{column.Name} is to be made from; it has {Names(source)}", "correct the name");
            return null;
        }

        if (column.Use is { } use)
        {
            if (!mapping.Uses.TryGetValue(use, out var code))
            {
                Add(column.Place, $"no row mapping is registered as '{use}' in this host", "register it with services.AddRowMapping");
                return null;
            }

            foreach (var missing in code.Reads.Where(read => source.Column(read) is null))
            {
                Add(column.Place, $"{use} reads {missing}, which {source.Name} doesn't have; it has {Names(source)}", "correct the row mapping's Reads");
            }
        }

        var from = column.From is null ? null : source.Column(name!);
        var bound = ConverterBinding.Bind(column, source.Name, from, TargetColumn.Of(found, kind), problems);
        if (bound is not null && from is not null)
        {
            if (ConverterBinding.Warn(bound, source.Name, from) is { } warning)
            {
                warnings.Add(warning);
            }

            if (column.Join >= 0 && found.NotNull && bound.Else is null && !mapping.Joins[column.Join].Required)
            {
                Add(column.Place, $"{target.Name}.{column.Name} must not be null, and is where {source.Name} has no row for it", "give it a Default, or make the Join Required");
            }
        }

        return bound;
    }

    private static ImmutableArray<int> DefaultKey(TableMapping mapping, DatabaseTable source)
    {
        var columns = mapping.Columns.ToList();
        var places = source.Key.Select(name => columns.FindIndex(column => column.Join < 0 && column.From == name)).ToList();
        if (places.Count > 0 && columns.FindIndex(column => column.SaysLanguage) is var language and >= 0)
        {
            places.Add(language);
        }

        return places.Contains(-1) ? [] : [.. places];
    }

    private void CheckKey(TableMapping mapping, ImmutableArray<int> key, DatabaseTable source, DatabaseTable target)
    {
        // Two source rows must not meet in one row here: one of them would be lost, and its delete would take the other.
        var from = key.Select(place => mapping.Columns[place].From).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (!source.Uniques.Append(source.Key).Any(unique => !unique.IsEmpty && unique.All(from.Contains)))
        {
            Add(mapping.Place, $"the Key of {target.Name} is made from {string.Join(", ", from)} and {source.Name} may hold two rows with the same",
                $"give {source.Name} a unique index on them, or use its primary key");
        }

        var names = key.Select(place => mapping.Columns[place].Name).ToHashSet(StringComparer.Ordinal);
        if (!target.Uniques.Append(target.Key).Any(unique => !unique.IsEmpty && names.SetEquals(unique)))
        {
            Add(mapping.Place, $"{target.Name} has neither primary key nor unique index on exactly {string.Join(", ", names)}, its Key", "add one");
        }

        if (key.Any(place => mapping.Columns[place].SaysLanguage) != mapping.Columns.Any(column => column.SaysLanguage))
        {
            Add(mapping.Place, $"the Key of {target.Name} lacks {mapping.Columns.First(column => column.SaysLanguage).Name}: rows of all languages would be one", "add it to the Key");
        }

        // Joined rows are computed from what is kept, so the row before is known there.
        if (mapping.Joins.IsEmpty && !source.WholeBefore && from.Where(column => !source.Key.Contains(column)).ToList() is { Count: > 0 } other)
        {
            Add(mapping.Place,
                $"the Key of {target.Name} is made from {string.Join(", ", other)}, which is not in the primary key of {source.Name} ({string.Join(", ", source.Key)}): "
                + "a change doesn't say what it was before, and the old row would stay for ever",
                $"make the Key from the primary key, or have the source keep whole rows (PostgreSQL: ALTER TABLE {source.Name} REPLICA IDENTITY FULL)");
        }

        foreach (var column in key.Select(place => mapping.Columns[place]).Where(column => column.Config.Default is not null))
        {
            Add(column.Place, $"{column.Name} belongs to the Key and has a Default: all rows with null would be one", "remove the Default");
        }
    }

    private void CheckJoin(TableMapping mapping, JoinMapping join, DatabaseTable root, DatabaseTable joined)
    {
        var missing = false;
        foreach (var (table, column) in join.On.Select(pair => (joined, pair.Column)).Concat(join.On.Select(pair => (root, pair.Root)))
            .Concat(new[] { join.Variant, join.Attribute }.OfType<string>().Select(column => (joined, column))))
        {
            if (table.Column(column) is null)
            {
                Add(join.Place, $"{table.Name} has no column {column}; it has {Names(table)}", "correct the name");
                missing = true;
            }
        }

        if (missing)
        {
            return;
        }

        foreach (var (column, other) in join.On)
        {
            var (a, b) = (joined.Column(column)!, root.Column(other)!);
            if (Family(a.Type) != Family(b.Type))
            {
                Add(join.Place, $"{joined.Name}.{column} is {a.Declared} and {root.Name}.{other} is {b.Declared}", "compare columns of one type");
            }
        }

        var roots = join.On.Select(pair => pair.Root).ToHashSet(StringComparer.Ordinal);
        if (!root.Uniques.Append(root.Key).Any(unique => roots.SetEquals(unique)))
        {
            Add(join.Place, $"{joined.Name} is joined by {string.Join(", ", roots)}, and {root.Name} may hold several rows with the same: one change would concern all of them",
                $"join by the whole key of {root.Name} ({string.Join(", ", root.Key)}); what is looked up by another column becomes a table of its own");
        }

        if (!roots.SetEquals(mapping.Joins[0].On.Select(pair => pair.Root)))
        {
            Add(join.Place, $"{joined.Name} is joined by other columns of {root.Name} than {mapping.Joins[0].Table}", "join all by the same");
        }

        // More than one row for a key would overwrite one another.
        var told = join.On.Select(pair => pair.Column).Concat(new[] { join.Variant, join.Attribute }.OfType<string>())
            .Concat(join.Where.Where(rule => rule.Values.Length == 1).Select(rule => rule.Column)).ToHashSet(StringComparer.Ordinal);
        if (!joined.Uniques.Append(joined.Key).Any(unique => !unique.IsEmpty && unique.All(told.Contains)))
        {
            Add(join.Place, $"{joined.Name} may have several rows for one of {root.Name}: nothing says that {string.Join(", ", told)} is unique there",
                "add what tells them apart to Where or Variant, or give it a unique index");
        }

        if (joined.Key.IsEmpty)
        {
            Add(join.Place, $"{joined.Name} has no primary key, so that a change of it can't be followed", "give it one");
        }
    }

    private static ColumnType Family(ColumnType type) => type is ColumnType.Enum or ColumnType.Other ? ColumnType.Text : type;

    private DatabaseTable? Source(string name, ConfigPlace place)
    {
        var found = sources.FirstOrDefault(candidate => candidate.Name == name);
        if (found is null)
        {
            Add(place, $"the source has no table {name}", "correct the name, or wait until legacy has made it");
        }

        return found;
    }

    private void Add(ConfigPlace place, string what, string fix) => problems.Add($"{place}: {what}. To do: {fix}");

    private static string Names(DatabaseTable table) => string.Join(", ", table.Columns.Select(column => column.Name));
}
