using System.Text;
using System.Text.Json;
using Hub.ChangeFeed.Debezium;

namespace Hub.ChangeFeed;

/// <summary>A row's columns, or its key's, in the order of the source's table. Names are matched exactly.</summary>
/// <param name="names">The columns' names; rows of one table share the object, so that whoever looked a place up once need not do so again.</param>
/// <param name="values">As many values; the row owns them.</param>
public sealed class ChangeRow(ColumnNames names, ChangeValue[] values)
{
    public ColumnNames Names => names;

    public ReadOnlySpan<ChangeValue> Values => values;

    public ChangeValue this[int place] => values[place];

    /// <summary>Names with their values, for what is not done for each change.</summary>
    public IEnumerable<(string Name, ChangeValue Value)> Columns => names.Names.Select((name, place) => (name, values[place]));

    /// <summary>False where the row has no such column, which is something else than null.</summary>
    public bool TryGet(string name, out ChangeValue value)
    {
        if (names.PlaceOf(name) is var place and >= 0)
        {
            value = values[place];
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Reads a JSON object; numbers keep their digits.</summary>
    /// <exception cref="FormatException">The text is no JSON object.</exception>
    public static ChangeRow Parse(ReadOnlySpan<byte> json) => new RowReader().Read(json);

    /// <summary>
    /// The row as a JSON object without white space, which <see cref="Parse"/> reads again: bytes stand as
    /// <c>{"$hex":"00ff"}</c>, an unknown value as <c>{"$unknown":true}</c>.
    /// </summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in Columns)
            {
                writer.WritePropertyName(name);
                switch (value.Kind)
                {
                    case ChangeValueKind.Text:
                        writer.WriteStringValue(value.Text);
                        break;
                    case ChangeValueKind.Bytes:
                        writer.WriteRawValue($$"""{"$hex":"{{value.Text}}"}""");
                        break;
                    case ChangeValueKind.Unknown:
                        writer.WriteRawValue("""{"$unknown":true}""");
                        break;
                    default:
                        writer.WriteRawValue(value.Text ?? "null");
                        break;
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public override string ToString() => string.Join(", ", Columns.Select(column => $"{column.Name} {column.Value}"));
}
