using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed;

namespace Hub.Migration.Mapping;

/// <summary>How the rows of one source table become the rows of one target table: pure.</summary>
/// <param name="Name">The target's table.</param>
/// <param name="From">The source's table.</param>
/// <param name="Key">Places in <paramref name="Columns"/> of the columns that tell a row; empty until it is bound to the tables.</param>
internal sealed record TableMapping(string Name, string From, ImmutableArray<int> Key, ImmutableArray<ColumnMapping> Columns)
{
    /// <summary>The key's part and the rest of it: another rest is copied again, another key can't be.</summary>
    public (string Key, string Columns) Fingerprint => (
        $"{Name}({string.Join(",", Key.Select(place => Columns[place].Fingerprint))})",
        string.Join(",", Columns.Select(column => column.Fingerprint)));

    /// <summary>All columns of the row.</summary>
    public MappedRow Map(ChangeRow row)
    {
        var values = new object?[Columns.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var mapped = Value(row, Columns[i]);
            if (mapped.Problem is not null)
            {
                return new MappedRow([], [], $"{Name}: {mapped.Problem}");
            }

            values[i] = mapped.Value;
        }

        foreach (var place in Key)
        {
            if (values[place] is null)
            {
                // No upsert and no delete would ever find it again.
                return new MappedRow([], [], $"{Name}: column {Columns[place].Name} is null and belongs to the key");
            }
        }

        return new MappedRow(values, [.. Key.Select(place => values[place])], null);
    }

    /// <summary>The key alone; null where the row doesn't hold it or it can't be mapped, so that no such row can stand in the target.</summary>
    public object?[]? MapKey(ChangeRow row)
    {
        var key = new object?[Key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            var mapped = Value(row, Columns[Key[i]]);
            if (mapped.Problem is not null || mapped.Value is null)
            {
                return null;
            }

            key[i] = mapped.Value;
        }

        return key;
    }

    /// <summary>One column, null where it can't be had.</summary>
    public object? MapColumn(ChangeRow row, string name) =>
        Value(row, Columns.First(column => column.Name == name)).Value;

    private static MappedValue Value(ChangeRow row, ColumnMapping column) =>
        column.From is null ? column.Convert(default)
        : row.TryGet(column.From, out var value) ? column.Convert(value)
        : new MappedValue(null, $"column {column.Name}: the source's row has no {column.From}");
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
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
