using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed;
using Hub.Migration.Mapping.Joining;

namespace Hub.Migration.Mapping;

/// <summary>How the rows of one source table become the rows of one target table: pure.</summary>
/// <param name="Name">The target's table.</param>
/// <param name="From">The source's table; of joined ones the root's.</param>
/// <param name="Key">Places in <paramref name="Columns"/> of the columns that tell a row; empty until it is bound to the tables.</param>
internal sealed record TableMapping(string Name, string From, ImmutableArray<int> Key, ImmutableArray<ColumnMapping> Columns)
{
    public ConfigPlace Place { get; init; } = new("", 0);

    /// <summary>Which rows; all of them must hold.</summary>
    public ImmutableArray<RowFilter> Where { get; init; } = [];

    /// <summary>Joined tables, in the order of the config.</summary>
    public ImmutableArray<JoinMapping> Joins { get; init; } = [];

    /// <summary>Languages by their name here, and what the source calls each.</summary>
    public ImmutableArray<(string Name, string Id)> Languages { get; init; } = [];

    /// <summary>The code that fills columns, by its name.</summary>
    public ImmutableDictionary<string, IRowMapping> Uses { get; init; } = ImmutableDictionary<string, IRowMapping>.Empty;

    /// <summary>Columns with personal data.</summary>
    public ImmutableArray<string> Personal { get; init; } = [];

    /// <summary>The config's words besides key and columns: filter, joins, languages.</summary>
    public string Text { get; init; } = "";

    /// <summary>Maps rows, once it is bound.</summary>
    public RowMapper? Mapper { get; init; }

    /// <summary>Of a table with joins, once it is bound: what is kept and what comes of it.</summary>
    public JoinedRows? Joined { get; init; }

    /// <summary>The source's tables that its rows are made from.</summary>
    public IEnumerable<string> Sources => Joins.Select(join => join.Table).Prepend(From).Distinct(StringComparer.Ordinal);

    /// <summary>The name under which rows of a source's table are kept for this one.</summary>
    public string KeptName(string source) => $"{source}@{Name}";

    /// <summary>The key's part and the rest of it: another rest is copied again, another key can't be.</summary>
    public (string Key, string Columns) Fingerprint => (
        $"{Name}({string.Join(",", Key.Select(place => Columns[place].Fingerprint))})",
        string.Join(",", Columns.Select(column => column.Fingerprint)) + Text);

    /// <summary>All columns of the row, whether or not the filter takes it.</summary>
    public MappedRow Map(ChangeRow row) => Mapper!.Map(row);

    /// <summary>The key alone; null where the row doesn't hold it or it can't be mapped, so that no such row can stand in the target.</summary>
    public object?[]? MapKey(ChangeRow row) => Mapper!.MapKey(row);

    /// <summary>One column, null where it can't be had.</summary>
    public object? MapColumn(ChangeRow row, string name) =>
        Columns.First(column => column.Name == name) is { From: { } from } column ? row.TryGet(from, out var value) && column.Make(value) is var made and not Converting.Refusal ? made : null
        : Columns.First(other => other.Name == name).Fixed;
}

/// <summary>A mapped row: its values in the order of the mapping's columns and of its key, or why it can't be mapped.</summary>
internal readonly record struct MappedRow(object?[] Values, object?[] Key, string? Problem)
{
    /// <summary>A key's values as one text, the same for the same key only.</summary>
    public static string KeyText(object?[] key) => key.Length == 1 ? Part(key[0]) : string.Join('\u001f', key.Select(Part));

    private static string Part(object? value) => value switch
    {
        null => "",
        string text => $"'{text}",
        long number => number.ToString(CultureInfo.InvariantCulture),
        decimal number => MappedValues.Normal(number).ToString(CultureInfo.InvariantCulture),
        _ => Converting.ConverterBinding.Print(value),
    };
}
