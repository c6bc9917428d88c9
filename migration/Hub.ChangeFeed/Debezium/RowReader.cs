using System.Text.Json;

namespace Hub.ChangeFeed.Debezium;

/// <summary>Reads rows that are plain JSON objects, of one table: those of the same columns share one <see cref="ColumnNames"/>. Not for several threads.</summary>
public sealed class RowReader
{
    private RowShape? _shape;

    /// <exception cref="FormatException">The text is no JSON object.</exception>
    public ChangeRow Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var cursor = new JsonCursor(json);
            if (_shape is null || !_shape.TryRead(ref cursor, header: false, out var row))
            {
                _shape = new RowShape(schema: null, RowShape.ReadNames(cursor), column => new ColumnDecoding(column, Wire.Plain));
                row = _shape.TryRead(ref cursor, header: false, out var read) ? read : throw cursor.Broken("a row is expected");
            }

            cursor.End();
            return row!;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or JsonException)
        {
            throw new FormatException($"A row is no JSON: {e.Message}", e);
        }
    }
}
