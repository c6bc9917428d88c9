using System.Collections.Immutable;
using System.Text;

namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// The columns of a table's rows, or keys, as they come one after the other: their names are compared as bytes, and all rows
/// of the shape share one <see cref="ColumnNames"/>.
/// </summary>
internal sealed class RowShape
{
    /// <summary>A row without columns: the key of a table without one.</summary>
    public static readonly ChangeRow Empty = new(new ColumnNames([]), []);

    private readonly ColumnNames _names;
    private readonly ColumnDecoding[] _columns;
    private readonly byte[][] _quoted;

    public RowShape(ConnectSchema? schema, IReadOnlyList<string> names, Func<string, ColumnDecoding> decoding)
    {
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            throw new FormatException("a row has two columns of the same name");
        }

        Schema = schema;
        _names = new ColumnNames([.. names]);
        _columns = [.. names.Select(decoding)];
        _quoted = [.. names.Select(name => Encoding.UTF8.GetBytes($"\"{name}\""))];
    }

    /// <summary>The schema that it was made by.</summary>
    public ConnectSchema? Schema { get; }

    public ImmutableArray<string> Names => _names.Names;

    /// <returns>False where the row's columns are others; nothing was read then.</returns>
    public bool TryRead(scoped ref JsonCursor cursor, bool header, out ChangeRow? row)
    {
        row = null;
        var begin = cursor;
        cursor.Expect((byte)'{');
        var values = _columns.Length == 0 ? [] : new ChangeValue[_columns.Length];
        for (var place = 0; place < values.Length; place++)
        {
            if (!TakeName(ref cursor, place))
            {
                cursor = begin;
                return false;
            }

            try
            {
                values[place] = header ? ValueReader.ReadHeader(ref cursor, _columns[place]) : ValueReader.Read(ref cursor, _columns[place]);
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or OverflowException or System.Text.Json.JsonException)
            {
                throw new FormatException($"column {_columns[place].Name}: {e.Message}", e);
            }
        }

        if (!cursor.Take((byte)'}'))
        {
            cursor = begin;
            return false;
        }

        row = new ChangeRow(_names, values);
        return true;
    }

    /// <summary>The names of the row's columns, in their order.</summary>
    public static List<string> ReadNames(JsonCursor cursor)
    {
        var names = new List<string>();
        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var name))
        {
            names.Add(name.ToString());
            cursor.Skip();
        }

        return names;
    }

    private bool TakeName(scoped ref JsonCursor cursor, int place)
    {
        if (place > 0 && !cursor.Take((byte)','))
        {
            return false;
        }

        cursor.Peek();
        if (cursor.TakeBytes(_quoted[place]))
        {
            cursor.Expect((byte)':');
            return true;
        }

        if (cursor.Peek() != (byte)'"' || cursor.String() is var name && !name.Is(Encoding.UTF8.GetBytes(_names.Names[place])))
        {
            return false;
        }

        cursor.Expect((byte)':');
        return true;
    }
}
