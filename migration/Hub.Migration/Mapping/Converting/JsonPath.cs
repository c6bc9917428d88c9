using System.Globalization;
using System.Text.Json;

namespace Hub.Migration.Mapping.Converting;

/// <summary>A way to one place in JSON: <c>$.size.width</c>, <c>$['shoe size'][0]</c>.</summary>
internal sealed class JsonPath
{
    private readonly string _text;
    private readonly List<(string? Name, int Index)> _steps;

    private JsonPath(string text, List<(string? Name, int Index)> steps) => (_text, _steps) = (text, steps);

    /// <summary>Null where the text is none.</summary>
    public static JsonPath? Parse(string text)
    {
        if (!text.StartsWith('$'))
        {
            return null;
        }

        var steps = new List<(string? Name, int Index)>();
        for (var rest = text.AsSpan(1); rest.Length > 0;)
        {
            int end;
            if (rest[0] == '.')
            {
                end = rest[1..].IndexOfAny('.', '[') is var next and >= 0 ? next + 1 : rest.Length;
                if (end == 1)
                {
                    return null;
                }

                steps.Add((rest[1..end].ToString(), 0));
            }
            else if (rest is ['[', '\'', ..] && rest[2..].IndexOf("']") is var quote and > 0)
            {
                steps.Add((rest.Slice(2, quote).ToString(), 0));
                end = quote + 4;
            }
            else if (rest[0] == '[' && rest.IndexOf(']') is var bracket and > 1
                && int.TryParse(rest[1..bracket], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                steps.Add((null, index));
                end = bracket + 1;
            }
            else
            {
                return null;
            }

            rest = rest[end..];
        }

        return new JsonPath(text, steps);
    }

    /// <summary>Null where nothing stands there.</summary>
    public JsonElement? Find(JsonElement root)
    {
        foreach (var (name, index) in _steps)
        {
            if (name is not null ? root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out root)
                : root.ValueKind != JsonValueKind.Array || index >= root.GetArrayLength())
            {
                return null;
            }

            root = name is null ? root[index] : root;
        }

        return root;
    }

    public override string ToString() => _text;
}
