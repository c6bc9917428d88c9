using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Debezium;

/// <summary>One table of the source: its name as changes have it, and the shapes in which its rows and keys came.</summary>
internal sealed class TableShapes(string name, string connector, byte[] database, byte[] schema, byte[] table, DatabaseTable? described, DebeziumHandling handling)
{
    private const int Most = 64;

    private readonly List<RowShape> _rows = [];
    private readonly List<RowShape> _keys = [];

    public string Name => name;

    public bool Is(ReadOnlySpan<byte> otherDatabase, ReadOnlySpan<byte> otherSchema, ReadOnlySpan<byte> otherTable) =>
        otherTable.SequenceEqual(table) && otherSchema.SequenceEqual(schema) && otherDatabase.SequenceEqual(database);

    /// <param name="end">Where the row must end; 0: anywhere.</param>
    public ChangeRow ReadRow(ReadOnlySpan<byte> record, int at, int end, ConnectSchema? by) => Read(_rows, record, at, end, by, header: false);

    public ChangeRow ReadKey(ReadOnlySpan<byte> record, int at, ConnectSchema? by, bool header = false) =>
        Read(_keys, record, at, end: 0, by, header);

    private ChangeRow Read(List<RowShape> shapes, ReadOnlySpan<byte> record, int at, int end, ConnectSchema? by, bool header)
    {
        var cursor = new JsonCursor(record, at);
        for (var place = 0; place < shapes.Count; place++)
        {
            var shape = shapes[place];
            if (ReferenceEquals(shape.Schema, by) && shape.TryRead(ref cursor, header, out var row))
            {
                if (place > 0)
                {
                    (shapes[0], shapes[place]) = (shape, shapes[0]);
                }

                return end == 0 || end == cursor.At ? row! : throw cursor.Broken("a row ends elsewhere");
            }
        }

        var made = new RowShape(by, RowShape.ReadNames(cursor), column => ColumnDecoding.Of(
            column, by is null ? null : by.Field(column) ?? throw new FormatException($"column {column} is not in the schema beside it"),
            described?.Column(column), connector, handling));
        if (shapes.Count == Most)
        {
            shapes.Clear();
        }

        shapes.Insert(0, made);
        return made.TryRead(ref cursor, header, out var read) && (end == 0 || end == cursor.At) ? read! : throw cursor.Broken("a row can't be read");
    }
}
