using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Hub.ChangeFeed;
using Hub.Migration.Config;
using Hub.Migration.Mapping.Converting;

namespace Hub.Migration.Mapping.Joining;

/// <summary>Fills the columns of one join from the rows that are kept.</summary>
internal sealed class JoinReader
{
    private readonly JoinMapping _join;
    private readonly (ColumnMapping Column, int Place, string? Language)[] _columns;
    private readonly ImmutableArray<(string Name, string Id)> _languages;
    private readonly RowMapper _root;

    public JoinReader(TableMapping table, int place, RowMapper root)
    {
        (_join, _languages, _root) = (table.Joins[place], table.Languages, root);
        _columns = [.. table.Columns.Select((column, at) => (column, at)).Where(pair => pair.column.Join == place).Select(
            pair => (pair.column, pair.at, pair.column.Config.Language is { } language ? table.Languages.First(known => known.Name == language).Id : null))];
    }

    /// <param name="language">The row's own language; null where it has none.</param>
    /// <param name="missing">A row that is required is not there.</param>
    /// <returns>Null, or why a column can't be filled.</returns>
    public string? Fill(IReadOnlyList<KeptRow> rows, string? language, object?[] values, out bool missing)
    {
        missing = false;
        foreach (var (column, place, own) in _columns)
        {
            object? made;
            if (column.Config.As == Conversion.Languages)
            {
                if (All(rows, column, out var all) is { } why)
                {
                    return why;
                }

                made = all;
            }
            else
            {
                if (Find(rows, column, own ?? language, out var row) is { } problem)
                {
                    return problem;
                }

                if (row is null)
                {
                    missing |= _join.Required;
                    made = column.Else;
                }
                else
                {
                    var name = _join.Attribute is null ? column.From! : _join.Value;
                    if (!row.TryGet(name, out var value))
                    {
                        return $"column {column.Name}: the row of {_join.Table} has no {name}";
                    }

                    made = column.Make(value);
                    if (made is Refusal refusal)
                    {
                        return column.Explain(value, refusal);
                    }
                }
            }

            if (made is null && !missing && _root.NullIn(place) is { } nothing)
            {
                return nothing;
            }

            values[place] = made;
        }

        return null;
    }

    /// <summary>The row that a column is taken from: of the variant that counts most, and there is only one.</summary>
    private string? Find(IReadOnlyList<KeptRow> rows, ColumnMapping column, string? own, out ChangeRow? found)
    {
        found = null;
        if (_join.Variant is null)
        {
            return Single(rows, column, null, out found);
        }

        if (own is not null)
        {
            if (Single(rows, column, own, out found) is { } problem)
            {
                return problem;
            }

            if (found is not null)
            {
                return null;
            }
        }

        foreach (var variant in _join.Prefer)
        {
            if (Single(rows, column, variant, out found) is { } why)
            {
                return why;
            }

            if (found is not null)
            {
                return null;
            }
        }

        return null;
    }

    private string? Single(IReadOnlyList<KeptRow> rows, ColumnMapping column, string? variant, out ChangeRow? found)
    {
        found = null;
        foreach (var (table, row) in rows)
        {
            if (table != _join.Table || (variant is not null && Text(row, _join.Variant!) != variant)
                || (_join.Attribute is not null && Text(row, _join.Attribute) != column.From) || !Takes(row))
            {
                continue;
            }

            if (found is not null)
            {
                return $"column {column.Name}: {_join.Table} has two rows for it{(variant is null ? "" : $" with the {_join.Variant} {variant}")}; make Where choose one";
            }

            found = row;
        }

        return null;
    }

    private bool Takes(ChangeRow row)
    {
        foreach (var rule in _join.Where)
        {
            if (!row.TryGet(rule.Column, out var value) || !rule.Takes(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>JSON of the languages that are there; null where none is.</summary>
    private string? All(IReadOnlyList<KeptRow> rows, ColumnMapping column, out object? json)
    {
        json = column.Else;
        var text = new StringBuilder();
        foreach (var (name, id) in _languages)
        {
            if (Single(rows, column, id, out var row) is { } problem)
            {
                return problem;
            }

            if (row is null || !row.TryGet(_join.Attribute is null ? column.From! : _join.Value, out var value) || value.Kind == ChangeValueKind.Null)
            {
                continue;
            }

            if (value.Kind == ChangeValueKind.Unknown)
            {
                json = RowEffect.Unknown;
                return null;
            }

            text.Append(text.Length == 0 ? '{' : ',').Append(JsonSerializer.Serialize(name, Plain)).Append(':').Append(JsonSerializer.Serialize(value.Text, Plain));
        }

        if (text.Length == 0)
        {
            return null;
        }

        json = text.Append('}').ToString();
        return column.Target!.Binary && ((string)json).Contains("\\u0000", StringComparison.Ordinal) ? $"column {column.Name}: a text has NUL, which jsonb can't hold" : null;
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string? Text(ChangeRow row, string column) => row.TryGet(column, out var value) ? value.Text : null;
}
