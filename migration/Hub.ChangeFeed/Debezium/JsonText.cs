using System.Text;

namespace Hub.ChangeFeed.Debezium;

/// <summary>Takes the white space out of JSON and leaves all else as it is: the keys' order, the numbers' digits, the texts' escapes.</summary>
public static class JsonText
{
    /// <exception cref="FormatException">It is no JSON.</exception>
    public static string Compact(ReadOnlySpan<byte> json)
    {
        var cursor = new JsonCursor(json);
        var text = new StringBuilder(json.Length);
        Append(ref cursor, json, text, 0);
        cursor.End();
        return text.Length == json.Length ? Encoding.UTF8.GetString(json) : text.ToString();
    }

    public static string Compact(string json) => Compact(Encoding.UTF8.GetBytes(json));

    private static void Append(scoped ref JsonCursor cursor, ReadOnlySpan<byte> json, StringBuilder text, int depth)
    {
        if (depth > 128)
        {
            throw cursor.Broken("values are nested more than 128 deep");
        }

        var first = true;
        switch (cursor.Peek())
        {
            case (byte)'{':
                cursor.Expect((byte)'{');
                text.Append('{');
                while (cursor.Name(ref first, out var name))
                {
                    text.Append(text[^1] == '{' ? "\"" : ",\"").Append(Encoding.UTF8.GetString(name.Bytes)).Append("\":");
                    Append(ref cursor, json, text, depth + 1);
                }

                text.Append('}');
                break;
            case (byte)'[':
                cursor.Expect((byte)'[');
                text.Append('[');
                while (!cursor.Take((byte)']'))
                {
                    if (!first)
                    {
                        cursor.Expect((byte)',');
                        text.Append(',');
                    }

                    first = false;
                    Append(ref cursor, json, text, depth + 1);
                }

                text.Append(']');
                break;
            default:
                text.Append(Encoding.UTF8.GetString(cursor.Raw()));
                break;
        }
    }
}
