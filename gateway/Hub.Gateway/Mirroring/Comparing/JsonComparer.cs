using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>Compares JSON by its structure: the order of properties and how a number is written mean nothing.</summary>
internal sealed class JsonComparer(ComparisonRules rules, string prefix, List<Mismatch> found)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly List<string> _path = [];

    public void Compare(string expected, string actual)
    {
        if (Parse(expected) is not { } one)
        {
            // What the answering side calls JSON and is none is compared as it stands.
            if (!expected.Equals(actual, StringComparison.Ordinal))
            {
                Add(Mismatch.Cut(expected), Mismatch.Cut(actual));
            }

            return;
        }

        using (one)
        {
            using var other = Parse(actual);
            if (other is null)
            {
                Add("JSON", "no JSON");
                return;
            }

            Compare(one.RootElement, other.RootElement);
        }
    }

    private void Compare(JsonElement expected, JsonElement actual)
    {
        switch (expected.ValueKind, actual.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                CompareObjects(expected, actual);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array):
                CompareLists(expected, actual);
                break;
            default:
                if (!Same(expected, actual))
                {
                    Add(Word(expected), Word(actual));
                }

                break;
        }
    }

    private void CompareObjects(JsonElement expected, JsonElement actual)
    {
        // Of a name that comes twice the last counts, as it does for those who read it.
        var others = Properties(actual);
        foreach (var (name, value) in Properties(expected))
        {
            _path.Add(name);
            if (others.Remove(name, out var other))
            {
                Compare(value, other);
            }
            else
            {
                Add(Word(value), null);
            }

            _path.RemoveAt(_path.Count - 1);
        }

        foreach (var (name, value) in others)
        {
            _path.Add(name);
            Add(null, Word(value));
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void CompareLists(JsonElement expected, JsonElement actual)
    {
        var (one, other) = (expected.EnumerateArray().ToList(), actual.EnumerateArray().ToList());
        if (rules.Unordered.Any(place => place.Holds(_path, whole: true)))
        {
            one.Sort((a, b) => string.CompareOrdinal(Canonical(a), Canonical(b)));
            other.Sort((a, b) => string.CompareOrdinal(Canonical(a), Canonical(b)));
        }

        if (one.Count != other.Count)
        {
            Add($"{one.Count} items", $"{other.Count} items");
        }

        _path.Add("*");
        for (var i = 0; i < Math.Min(one.Count, other.Count); i++)
        {
            Compare(one[i], other[i]);
        }

        _path.RemoveAt(_path.Count - 1);
    }

    private bool Strict => rules.Strict.Any(place => place.Holds(_path));

    private bool Same(JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind)
        {
            return false;
        }

        if (expected.ValueKind == JsonValueKind.Number)
        {
            return SameNumber(expected.GetRawText(), actual.GetRawText());
        }

        var (one, other) = (Word(expected, cut: false)!, Word(actual, cut: false)!);
        return one == other
            || (!Strict && ((_path.Count > 0 && Noise.IsToken(_path[^1])) || TextRules.Agree(one, other, rules)));
    }

    // 12.5 and 12.50 are one price; beyond what a decimal holds only what is written alike is.
    private static bool SameNumber(string expected, string actual) =>
        expected == actual
        || (decimal.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out var one)
            && decimal.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out var other) && one == other
            && (one != 0 || (IsZero(expected) && IsZero(actual))));

    // What is too small for a decimal is read as 0.
    private static bool IsZero(string number) => !number.AsSpan().ContainsAnyInRange('1', '9') || number[0] is 'e' or 'E';

    // What stands under an ignored place is gone through all the same: money may be in it.
    private void Add(string? expected, string? actual)
    {
        var strict = Strict;
        if (strict || !rules.Ignore.Any(place => place.Holds(_path)))
        {
            Mismatch.Add(found, new Mismatch(Field(), strict, expected, actual));
        }
    }

    private string Field()
    {
        var text = new StringBuilder(prefix).Append('$');
        foreach (var step in _path)
        {
            _ = step == "*" ? text.Append("[*]") : text.Append('.').Append(step.Length > 64 ? step[..64] : step);
        }

        return text.Length > 300 ? text.ToString(0, 300) : text.ToString();
    }

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, JsonElement> Properties(JsonElement value)
    {
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            properties[Name(property)] = property.Value;
        }

        return properties;
    }

    // An escape may stand for half of a surrogate pair, which no string of .NET can be made of.
    private static string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private static string? Word(JsonElement value, bool cut = true)
    {
        string text;
        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            text = value.GetRawText();
        }

        return cut ? Mismatch.Cut(text) : text;
    }

    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", Properties(value).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{Canonical(pair.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(",", value.EnumerateArray().Select(Canonical)) + "]",
        _ => value.GetRawText(),
    };
}
