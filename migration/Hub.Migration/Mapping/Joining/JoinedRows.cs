using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Hub.ChangeFeed;

namespace Hub.Migration.Mapping.Joining;

/// <summary>
/// A target's table whose rows are made from several source rows: which rows are kept, whose they are, and what comes of them. Pure; whoever
/// applies keeps the rows (CDC.md "Apply" 2).
/// </summary>
/// <remarks>
/// A row's <i>owner</i> is the root's row that it belongs to, named by the root's columns that the joins compare. For a change the applier
/// 1. takes the row that is kept under the same key, and fills the newer one's unknown values from it (<see cref="Fill"/>);
/// 2. keeps of the newer one what <see cref="Keep"/> says, and notes the owners of both (<see cref="OwnerOf"/>);
/// 3. at the end of the batch asks, for each owner, what the rows kept before and those kept now amount to (<see cref="Change"/>).
/// </remarks>
internal sealed class JoinedRows
{
    private readonly TableMapping _table;
    private readonly RowMapper _root;
    private readonly string[] _owner;
    private readonly JoinReader[] _joins;
    private readonly KeptColumns _keep;

    public JoinedRows(TableMapping table, RowMapper root, ImmutableArray<string> rootKey)
    {
        (_table, _root) = (table, root);
        _owner = [.. table.Joins[0].On.Select(pair => pair.Root).Order(StringComparer.Ordinal)];
        _joins = [.. table.Joins.Select((join, place) => new JoinReader(table, place, root))];
        _keep = new KeptColumns(table, rootKey);
    }

    /// <summary>The source's tables whose rows are kept, the root first.</summary>
    public IEnumerable<string> KeptTables => _table.Sources;

    /// <summary>Whose row it is; null where it can be nobody's (a null in a column that is compared).</summary>
    public string? OwnerOf(string table, ChangeRow row)
    {
        var join = table == _table.From ? null : _table.Joins.First(candidate => candidate.Table == table);
        var owner = _owner.Length > 1 ? new StringBuilder() : null;
        foreach (var root in _owner)
        {
            var column = join is null ? root : join.On.First(pair => pair.Root == root).Column;
            if (!row.TryGet(column, out var value) || value.Text is not { } text)
            {
                return null;
            }

            if (owner is null)
            {
                return text;
            }

            // With lengths, so that no two owners have one text.
            owner.Append(CultureInfo.InvariantCulture, $"{text.Length}:{text}");
        }

        return owner!.ToString();
    }

    /// <summary>What is kept of the row: its columns that matter; null where no row comes of it.</summary>
    public ChangeRow? Keep(string table, ChangeRow row) => _keep.Of(table, row);

    /// <summary>The columns that are kept of a source's table.</summary>
    public ImmutableArray<string> KeptColumnsOf(string table, ColumnNames names) => _keep.Of(table, names);

    /// <summary>The newer row with its unknown values taken from the older one that is kept.</summary>
    public static ChangeRow Fill(ChangeRow newer, ChangeRow? older)
    {
        var unknown = false;
        foreach (var value in newer.Values)
        {
            unknown |= value.Kind == ChangeValueKind.Unknown;
        }

        if (!unknown || older is null)
        {
            return newer;
        }

        var values = newer.Values.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Kind == ChangeValueKind.Unknown && older.TryGet(newer.Names.Names[i], out var known))
            {
                values[i] = known;
            }
        }

        return new ChangeRow(newer.Names, values);
    }

    /// <summary>The target's rows of an owner.</summary>
    /// <param name="rows">All that is kept of it, in any order.</param>
    /// <param name="results">Where they are added: none where the root's row is not there or not wanted; one, or one for each language.</param>
    /// <returns>Null, or why they can't be made; then nothing was added.</returns>
    public string? Compute(IReadOnlyList<KeptRow> rows, List<MappedRow> results)
    {
        ChangeRow? root = null;
        foreach (var row in rows)
        {
            if (row.Table == _table.From)
            {
                if (root is not null)
                {
                    return $"{_table.Name}: {_table.From} has two rows with the same {string.Join(", ", _owner)}";
                }

                root = row.Row;
            }
        }

        if (root is null)
        {
            return null;
        }

        if (!_root.Takes(root, out var problem))
        {
            return problem is null ? null : $"{_table.Name}: {problem}";
        }

        var count = results.Count;
        problem = _table.Columns.Any(column => column.SaysLanguage)
            ? _table.Languages.Select(language => One(root, rows, language, results)).FirstOrDefault(why => why is not null)
            : One(root, rows, null, results);
        if (problem is not null)
        {
            results.RemoveRange(count, results.Count - count);
            return $"{_table.Name}: {problem}";
        }

        return null;
    }

    /// <summary>Adds what became of an owner's rows in the target: rows whose key is no longer made go, the others are written.</summary>
    /// <returns>Null, or why they can't be made; then nothing was added, and what stands in the target stays.</returns>
    public string? Change(IReadOnlyList<KeptRow> before, IReadOnlyList<KeptRow> after, List<RowEffect> effects)
    {
        var made = new List<MappedRow>();
        if (Compute(after, made) is { } problem)
        {
            return problem;
        }

        // What could not be made before does not stand in the target by that key.
        var old = new List<MappedRow>();
        if (Compute(before, old) is null)
        {
            foreach (var row in old)
            {
                var key = MappedRow.KeyText(row.Key);
                if (!made.Exists(now => MappedRow.KeyText(now.Key) == key))
                {
                    effects.Add(new RowEffect(_table, row.Key, Row: null));
                }
            }
        }

        foreach (var row in made)
        {
            effects.Add(new RowEffect(_table, row.Key, row.Values));
        }

        return null;
    }

    private string? One(ChangeRow root, IReadOnlyList<KeptRow> rows, (string Name, string Id)? language, List<MappedRow> results)
    {
        var values = new object?[_table.Columns.Length];
        if (_root.Fill(root, values) is { } problem)
        {
            return problem;
        }

        foreach (var join in _joins)
        {
            if (join.Fill(rows, language?.Id, values, out var missing) is { } why)
            {
                return why;
            }

            if (missing)
            {
                return null;
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (_table.Columns[i].SaysLanguage)
            {
                values[i] = language!.Value.Name;
            }
            else if (values[i] is null && _root.NullIn(i) is { } why)
            {
                return why;
            }
        }

        results.Add(new MappedRow(values, _root.KeyOf(values), null));
        return null;
    }
}
