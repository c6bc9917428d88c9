using System.Text.Json;
using Hub.ChangeFeed;

namespace Hub.Migration.Mapping.Converting;

/// <summary>JSON, looked at and without white space; the order of its names and the digits of its numbers stay.</summary>
/// <param name="known">The source's column holds nothing else, and the feed has compacted it.</param>
/// <param name="binary">The target keeps it by value (jsonb), which can't hold NUL in texts.</param>
internal sealed class JsonTextConverter(bool known, bool binary) : Converter
{
    private static readonly Refusal NoJson = new("JSON");
    private static readonly Refusal Nul = new("JSON without \\u0000, which jsonb can't hold");

    public override object? Convert(in ChangeValue value)
    {
        var text = value.Text!;
        if (value.Kind == ChangeValueKind.Bytes)
        {
            return NoJson;
        }

        if (!known)
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                text = CanonicalJson.Compact(document.RootElement);
            }
            catch (JsonException)
            {
                return NoJson;
            }
        }

        return binary && text.Contains("\\u0000", StringComparison.Ordinal) ? Nul : text;
    }
}

/// <summary>Takes a part of JSON and gives it to another converter.</summary>
/// <param name="whole">That one takes JSON itself; otherwise objects and lists are refused.</param>
internal sealed class JsonPathConverter(JsonPath path, Converter inner, bool whole) : Converter
{
    private static readonly Refusal NoJson = new("JSON");
    private readonly Refusal _nested = new($"JSON with a plain value at {path}; an object or list goes into a JSON column");

    public override object? Convert(in ChangeValue value)
    {
        try
        {
            using var document = JsonDocument.Parse(value.Text!);
            if (path.Find(document.RootElement) is not { ValueKind: not JsonValueKind.Null } found)
            {
                return null;
            }

            return found.ValueKind switch
            {
                _ when whole => inner.Convert(new ChangeValue(ChangeValueKind.Nested, CanonicalJson.Compact(found))),
                JsonValueKind.String => inner.Convert(new ChangeValue(ChangeValueKind.Text, found.GetString())),
                JsonValueKind.Number => inner.Convert(new ChangeValue(ChangeValueKind.Number, found.GetRawText())),
                JsonValueKind.True or JsonValueKind.False => inner.Convert(new ChangeValue(ChangeValueKind.Boolean, found.GetRawText())),
                _ => _nested,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NoJson;
        }
    }
}
