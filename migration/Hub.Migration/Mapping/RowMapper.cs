using Hub.ChangeFeed;
using Hub.Migration.Mapping.Converting;

namespace Hub.Migration.Mapping;

/// <summary>
/// Maps the rows of one table, bound: places are looked up once for each shape of row, and nothing is decided for each value.
/// </summary>
internal sealed class RowMapper
{
    private static readonly string?[] NoNames = [];
    private readonly TableMapping _table;
    private readonly ColumnMapping[] _columns;
    private readonly string?[] _from;
    private readonly bool[] _mustBe;
    private readonly int[] _key;
    private readonly string?[] _keyFrom;
    private readonly RowFilter[] _where;
    private readonly string?[] _whereFrom;
    private readonly CodeColumns[] _code;
    private Places _rowPlaces;
    private Places _keyPlaces;
    private Places _wherePlaces;

    public RowMapper(TableMapping table)
    {
        _table = table;
        _columns = [.. table.Columns];
        _from = [.. table.Columns.Select(column => column.Join >= 0 ? null : column.From)];
        _mustBe = [.. table.Columns.Select((column, place) => column.Target!.Column.NotNull || table.Key.Contains(place))];
        _key = [.. table.Key];
        _keyFrom = [.. table.Key.Select(place => table.Columns[place].From)];
        _where = [.. table.Where];
        _whereFrom = [.. table.Where.Select(rule => rule.Column)];
        _code = [.. table.Columns.Where(column => column.Use is not null).Select(column => column.Use!).Distinct(StringComparer.OrdinalIgnoreCase).Select(
            use => new CodeColumns(table.Uses[use], table, use))];
        _rowPlaces = _keyPlaces = _wherePlaces = new Places(new ColumnNames([]), NoNames);
    }

    /// <summary>Adds what the change does to the table's rows.</summary>
    /// <returns>Null, or why it can't be mapped; then something may have been added.</returns>
    public string? Map(ChangeEvent change, List<RowEffect> effects)
    {
        if (change.After is not { } after)
        {
            if (change.Operation == ChangeOperation.Truncate)
            {
                effects.Add(new RowEffect(_table, [], Row: null));
            }
            else if (((change.Before is { } gone ? MapKey(gone) : null) ?? MapKey(change.Key)) is { } key)
            {
                effects.Add(new RowEffect(_table, key, Row: null));
            }

            return null;
        }

        var before = change.Before is { } old && !SameKey(old, after) ? MapKey(old) : null;
        if (_where.Length > 0)
        {
            var taken = Takes(after, out var problem);
            if (problem is not null)
            {
                return problem;
            }

            if (!taken)
            {
                // A row that was just made was never here.
                if (before is not null)
                {
                    effects.Add(new RowEffect(_table, before, Row: null));
                }

                if (change.Operation != ChangeOperation.Create && MapKey(after) is { } left)
                {
                    effects.Add(new RowEffect(_table, left, Row: null));
                }

                return null;
            }
        }

        var values = new object?[_columns.Length];
        if (Fill(after, values) is { } why)
        {
            return why;
        }

        if (before is not null)
        {
            effects.Add(new RowEffect(_table, before, Row: null));
        }

        effects.Add(new RowEffect(_table, KeyOf(values), values));
        return null;
    }

    /// <summary>All columns of the row, whether or not the filter takes it.</summary>
    public MappedRow Map(ChangeRow row)
    {
        var values = new object?[_columns.Length];
        return Fill(row, values) is { } problem ? new MappedRow([], [], $"{_table.Name}: {problem}") : new MappedRow(values, KeyOf(values), null);
    }

    /// <summary>The key alone; null where the row doesn't hold it or it can't be mapped, so that no such row can stand in the target.</summary>
    public object?[]? MapKey(ChangeRow row)
    {
        var places = PlacesOf(ref _keyPlaces, row.Names, _keyFrom);
        var key = new object?[_key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            var column = _columns[_key[i]];
            var made = column.From is null ? column.Fixed : places[i] < 0 ? null : column.Make(row[places[i]]);
            if (made is null or Refusal || ReferenceEquals(made, RowEffect.Unknown))
            {
                return null;
            }

            key[i] = made;
        }

        return key;
    }

    /// <summary>Whether the filter takes the row.</summary>
    public bool Takes(ChangeRow row, out string? problem)
    {
        problem = null;
        var places = PlacesOf(ref _wherePlaces, row.Names, _whereFrom);
        for (var i = 0; i < _where.Length; i++)
        {
            if (places[i] < 0 || row[places[i]].Kind == ChangeValueKind.Unknown)
            {
                problem = $"column {_where[i].Column}: the source's row {(places[i] < 0 ? "has none" : "doesn't say it, since it was not changed")}, and Where chooses by it";
                return false;
            }

            if (!_where[i].Takes(row[places[i]]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Fills the columns that come from this row; null, or why it can't be mapped.</summary>
    public string? Fill(ChangeRow row, object?[] values)
    {
        var places = PlacesOf(ref _rowPlaces, row.Names, _from);
        for (var i = 0; i < _columns.Length; i++)
        {
            var column = _columns[i];
            if (_from[i] is null)
            {
                if (column.Join < 0)
                {
                    values[i] = column.Fixed;
                }

                continue;
            }

            if (places[i] < 0)
            {
                return $"column {column.Name}: the source's row has no {column.From}";
            }

            var value = row[places[i]];
            var made = column.Make(value);
            if (made is Refusal refusal)
            {
                return column.Explain(value, refusal);
            }

            if (made is null && _mustBe[i])
            {
                return NullIn(i);
            }

            values[i] = made;
        }

        foreach (var code in _code)
        {
            if (code.Fill(row, values) is { } problem)
            {
                return problem;
            }
        }

        foreach (var place in _key)
        {
            if (ReferenceEquals(values[place], RowEffect.Unknown))
            {
                return $"column {_columns[place].Name}: the source's row doesn't say it, and it belongs to the key";
            }
        }

        return null;
    }

    /// <summary>Why null can't stand in a column; null where it can.</summary>
    public string? NullIn(int place) => !_mustBe[place] ? null
        : Array.IndexOf(_key, place) >= 0 ? $"column {_columns[place].Name} is null and belongs to the key"
        : $"column {_columns[place].Name}{(_columns[place].From is { } from ? $" (from {from})" : "")} is null, which the target's column must not be; give it a Default";

    public object?[] KeyOf(object?[] values)
    {
        var key = new object?[_key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = values[_key[i]];
        }

        return key;
    }

    private bool SameKey(ChangeRow before, ChangeRow after)
    {
        if (ReferenceEquals(before.Names, after.Names))
        {
            var places = PlacesOf(ref _keyPlaces, before.Names, _keyFrom);
            foreach (var place in places)
            {
                if (place >= 0 && before[place] != after[place])
                {
                    return false;
                }
            }

            return true;
        }

        foreach (var name in _keyFrom)
        {
            if (name is not null && (!before.TryGet(name, out var old) || !after.TryGet(name, out var now) || old != now))
            {
                return false;
            }
        }

        return true;
    }

    // Whoever comes first writes it; two threads write the same.
    private static int[] PlacesOf(ref Places places, ColumnNames names, string?[] wanted)
    {
        var known = places;
        if (!ReferenceEquals(known.Names, names))
        {
            places = known = new Places(names, wanted);
        }

        return known.Of;
    }

    private sealed class Places(ColumnNames names, string?[] wanted)
    {
        public ColumnNames Names => names;

        public int[] Of { get; } = [.. wanted.Select(name => name is null ? -1 : names.PlaceOf(name))];
    }

    /// <summary>Columns that code fills.</summary>
    private sealed class CodeColumns(IRowMapping code, TableMapping table, string name)
    {
        private readonly int[] _places = [.. code.Columns.Select(column => table.Columns.ToList().FindIndex(known => known.Name == column && known.Use is not null))];

        public string? Fill(ChangeRow row, object?[] values)
        {
            var read = new ChangeValue[code.Reads.Length];
            for (var i = 0; i < read.Length; i++)
            {
                if (!row.TryGet(code.Reads[i], out read[i]))
                {
                    return $"{name}: the source's row has no {code.Reads[i]}";
                }

                if (read[i].Kind == ChangeValueKind.Unknown)
                {
                    foreach (var place in _places)
                    {
                        values[place] = RowEffect.Unknown;
                    }

                    return null;
                }
            }

            object?[] made;
            try
            {
                made = code.Map(read);
            }
            catch (Exception e)
            {
                return $"{name}: {(e is RowRefusedException ? "" : $"{e.GetType().Name}: ")}{e.Message}";
            }

            if (made.Length != _places.Length)
            {
                return $"{name} gave {made.Length} values for {_places.Length} columns";
            }

            for (var i = 0; i < made.Length; i++)
            {
                var column = table.Columns[_places[i]];
                var value = made[i] switch { int small => (long)small, null => column.Else, var other => other };
                if (value is not null && MappedValues.TypeOf(value) is var type && type != column.Type && !(type == MappedType.Text && column.Type == MappedType.Json))
                {
                    return $"column {column.Name}: {name} gave a {made[i]!.GetType().Name}, and {column.Target!.Column.Declared} takes {column.Type}";
                }

                if (value is null && column.Target!.Column.NotNull)
                {
                    return $"column {column.Name}: {name} gave null, which the target's column must not be";
                }

                values[_places[i]] = value;
            }

            return null;
        }
    }
}
