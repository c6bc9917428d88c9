using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.ChangeFeed.Postgres;

/// <summary>PostgreSQL's own notations of values within values, as JSON.</summary>
internal static class PostgresNested
{
    /// <summary><c>{1,NULL,"a b"}</c> becomes a JSON list; bounds before it (<c>[0:1]=</c>) are left out.</summary>
    public static string Array(string text, PostgresType element)
    {
        var json = new StringBuilder(text.Length + 16);
        var at = text[0] == '[' ? text.IndexOf('=', StringComparison.Ordinal) + 1 : 0;
        while (at < text.Length)
        {
            switch (text[at])
            {
                case '{':
                    json.Append('[');
                    at++;
                    break;
                case '}':
                    json.Append(']');
                    at++;
                    break;
                case ',':
                    json.Append(',');
                    at++;
                    break;
                case '"':
                    AppendValue(json, element, Quoted(text, ref at));
                    break;
                default:
                    var end = text.AsSpan(at).IndexOfAny(',', '}');
                    var plain = text.Substring(at, end);
                    at += end;
                    if (plain == "NULL")
                    {
                        json.Append("null");
                    }
                    else
                    {
                        AppendValue(json, element, plain);
                    }

                    break;
            }
        }

        return json.ToString();
    }

    /// <summary><c>"a"=>"1", "b"=>NULL</c> becomes a JSON object.</summary>
    public static string Hstore(string text)
    {
        var json = new StringBuilder("{", text.Length + 16);
        var at = 0;
        while (at < text.Length)
        {
            if (json.Length > 1)
            {
                json.Append(',');
                at += ", ".Length;
            }

            AppendText(json, Quoted(text, ref at));
            json.Append(':');
            at += "=>".Length;
            if (text[at] == '"')
            {
                AppendText(json, Quoted(text, ref at));
            }
            else
            {
                json.Append("null");
                at += "NULL".Length;
            }
        }

        return json.Append('}').ToString();
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; text[at] != '"'; at++)
        {
            value.Append(text[at] == '\\' ? text[++at] : text[at]);
        }

        at++;
        return value.ToString();
    }

    private static void AppendValue(StringBuilder json, PostgresType element, string text)
    {
        var value = PostgresText.Read(element, Encoding.UTF8.GetBytes(text));
        if (value.Kind is ChangeValueKind.Number or ChangeValueKind.Boolean)
        {
            json.Append(value.Text);
        }
        else
        {
            AppendText(json, value.Text!);
        }
    }

    private static void AppendText(StringBuilder json, string text) =>
        json.Append('"').Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value).Append('"');
}
