using System.Text.Json;

namespace Hub.ChangeFeed;

/// <summary>A row's columns, or its key's, in the order of the source's table. Names are matched exactly.</summary>
public sealed class ChangeRow
{
    private readonly IReadOnlyList<(string Name, ChangeValue Value)> _columns;

    public ChangeRow(IReadOnlyList<(string Name, ChangeValue Value)> columns) => _columns = columns;

    public IReadOnlyList<(string Name, ChangeValue Value)> Columns => _columns;

    /// <summary>False where the row has no such column, which is something else than null.</summary>
    public bool TryGet(string name, out ChangeValue value)
    {
        foreach (var column in _columns)
        {
            if (string.Equals(column.Name, name, StringComparison.Ordinal))
            {
                value = column.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Reads a JSON object; numbers keep their digits.</summary>
    /// <exception cref="FormatException">The text is no JSON object.</exception>
    public static ChangeRow Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            return DebeziumEnvelope.ReadRow(ref reader) ?? throw new FormatException("A row is expected where null stands.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"A row is no JSON: {e.Message}", e);
        }
    }

    /// <summary>The row as the JSON object that it was read from, without white space.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in _columns)
            {
                writer.WritePropertyName(name);
                if (value.Kind == ChangeValueKind.Text)
                {
                    writer.WriteStringValue(value.Text);
                }
                else
                {
                    writer.WriteRawValue(value.Text ?? "null");
                }
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public override string ToString() => string.Join(", ", _columns.Select(column => $"{column.Name} {column.Value}"));
}
