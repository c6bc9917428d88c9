using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Configuration;

namespace Hub.Migration.Mapping;

/// <summary>A column and the values that a row must have one of.</summary>
/// <param name="Values">Texts as the feed has them; null among them.</param>
internal sealed record RowFilter(string Column, ImmutableArray<string?> Values, ConfigPlace Place)
{
    private decimal[]? _numbers;

    /// <summary>Held against the source's column, or null with what is wrong.</summary>
    public RowFilter? Bind(DatabaseTable source, List<string> problems)
    {
        if (source.Column(Column) is not { } column)
        {
            problems.Add($"{Place}: {source.Name} has no column {Column}, by which its rows are to be chosen; it has {string.Join(", ", source.Columns.Select(known => known.Name))}. To do: name one of them");
            return null;
        }

        var wrong = Values.OfType<string>().FirstOrDefault(value => column.Type switch
        {
            ColumnType.WholeNumber => !long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _),
            ColumnType.ExactNumber or ColumnType.BinaryFraction => !Converting.ExactNumber.TryParse(value, out _),
            ColumnType.Boolean => value is not ("true" or "false"),
            _ => false,
        });
        if (wrong is not null || column.Type is ColumnType.Bytes or ColumnType.Json)
        {
            problems.Add(
                $"{Place}: '{wrong ?? "a value"}' is never what {source.Name}.{Column} ({column.Declared}) holds, so that no row would come. To do: write values as the column has them");
            return null;
        }

        return this with { _numbers = column.Type is ColumnType.ExactNumber or ColumnType.BinaryFraction ? [.. Values.OfType<string>().Select(Number)] : null };
    }

    public bool Takes(in ChangeValue value)
    {
        var text = value.Kind == ChangeValueKind.Null ? null : value.Text;
        foreach (var allowed in Values)
        {
            if (allowed == text)
            {
                return true;
            }
        }

        return _numbers is not null && text is not null && Converting.ExactNumber.TryParse(text, out var number) && _numbers.AsSpan().Contains(number);
    }

    private static decimal Number(string text) => Converting.ExactNumber.TryParse(text, out var number) ? number : 0;

    /// <summary>The rules of a <c>Where</c>.</summary>
    public static ImmutableArray<RowFilter> Read(Dictionary<string, ConfigNode> where, List<ConfigProblem> problems)
    {
        var filters = ImmutableArray.CreateBuilder<RowFilter>();
        foreach (var (column, node) in where)
        {
            var nodes = node.Kind == System.Text.Json.JsonValueKind.Array ? node.Children.Select(child => child.Node).ToList() : [node];
            if (nodes.Count == 0 || nodes.Exists(one => one.Kind is System.Text.Json.JsonValueKind.Array or System.Text.Json.JsonValueKind.Object))
            {
                problems.Add(new ConfigProblem(
                    node.Path, node.Line, $"{column} needs a value, or a list of them", "a row is chosen by what the column holds",
                    "write \"paid\", [\"paid\", \"done\"] or null"));
                continue;
            }

            filters.Add(new RowFilter(column, [.. nodes.Select(one => one.Text)], ConfigPlace.Of(node)));
        }

        return filters.ToImmutable();
    }
}
