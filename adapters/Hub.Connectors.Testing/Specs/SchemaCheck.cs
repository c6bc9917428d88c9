using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hub.Connectors.Testing.Specs;

/// <summary>
/// Holds a value against a schema of OpenAPI 3.0, 3.1 or Swagger 2. Stricter than the standard in one thing: a property that an object's schema does
/// not name is an error, unless it allows others in so many words. A vendor passes over a misspelt field in silence, and so would the standard.
/// </summary>
internal sealed class SchemaCheck(JsonNode root)
{
    private static readonly string[] Parts = ["allOf", "oneOf", "anyOf"];

    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    /// <param name="part">The schema is a part of a whole: what it does not name another part may.</param>
    public void Check(JsonNode? schema, JsonNode? value, string at, bool part = false)
    {
        if (SpecDocument.Follow(root, schema) is not JsonObject rules)
        {
            return;
        }

        if (value is null)
        {
            if (!MayBeNull(rules))
            {
                _errors.Add($"{at} is null");
            }

            return;
        }

        var kind = KindOf(value);
        if (Types(rules) is { Count: > 0 } types && !types.Contains(kind) && !(kind == "integer" && types.Contains("number")))
        {
            _errors.Add($"{at} is of the kind {kind}, not {string.Join(" or ", types)}: {Short(value)}");
            return;
        }

        Values(rules, value, at);
        Choices(rules, value, at, part);
        if (value is JsonObject whole)
        {
            Properties(rules, whole, at, part);
        }
        else if (value is JsonArray list)
        {
            Items(rules, list, at);
        }
    }

    /// <summary>Checks a value of a path, query, header or form, which is written as text whatever it is.</summary>
    public void CheckText(JsonNode? schema, string text, string at)
    {
        var types = SpecDocument.Follow(root, schema) is JsonObject rules ? Types(rules) : [];
        JsonNode value = types.Count == 0 || types.Contains("string") ? JsonValue.Create(text)
            : types.Contains("array") ? new JsonArray([.. text.Split(',').Select(part => (JsonNode?)JsonValue.Create(part))])
            : text is "true" or "false" ? JsonValue.Create(text == "true")
            : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
            : JsonValue.Create(text);
        Check(schema, value, at);
    }

    private void Values(JsonObject rules, JsonNode value, string at)
    {
        if (rules["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value) || one?.ToString() == value.ToString()))
        {
            _errors.Add($"{at} is {Short(value)}, none of {string.Join(", ", allowed.Take(12))}");
        }

        if (KindOf(value) == "string")
        {
            var text = value.GetValue<string>();
            Bound(rules, "minLength", text.Length, at, atLeast: true);
            Bound(rules, "maxLength", text.Length, at, atLeast: false);
            if (rules["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(5)))
            {
                _errors.Add($"{at} does not fit {pattern}: {Short(value)}");
            }

            if (!FitsFormat(rules["format"]?.GetValue<string>(), text))
            {
                _errors.Add($"{at} is no {rules["format"]}: {Short(value)}");
            }
        }
        else if (KindOf(value) is "number" or "integer")
        {
            var number = decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
            Bound(rules, "minimum", number, at, atLeast: true);
            Bound(rules, "maximum", number, at, atLeast: false);
        }
    }

    private void Choices(JsonObject rules, JsonNode value, string at, bool part)
    {
        foreach (var one in rules["allOf"] as JsonArray ?? [])
        {
            // What the others name is told by Properties, for all of them together.
            Check(one, value, at, part: true);
        }

        foreach (var name in new[] { "oneOf", "anyOf" })
        {
            if (rules[name] is not JsonArray choices)
            {
                continue;
            }

            var tries = choices.Select(choice =>
            {
                var inner = new SchemaCheck(root);
                inner.Check(choice, value, at, part || rules["properties"] is not null || rules["allOf"] is not null);
                return inner._errors;
            }).ToList();
            if (tries.TrueForAll(errors => errors.Count > 0))
            {
                _errors.Add($"{at} fits none of the {tries.Count} choices, the nearest not for: {string.Join("; ", tries.MinBy(errors => errors.Count)!.Take(5))}");
            }
        }
    }

    private void Properties(JsonObject rules, JsonObject value, string at, bool part)
    {
        var known = Known(rules);
        foreach (var required in (rules["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()))
        {
            if (!value.ContainsKey(required) && !ReadOnly(known.GetValueOrDefault(required)))
            {
                _errors.Add($"{at}.{required} is missing");
            }

            // What is required is known, also where no property of that name is described (UPS).
            known.TryAdd(required, null);
        }

        var others = rules["additionalProperties"];
        foreach (var (name, child) in value)
        {
            if (rules["properties"]?[name] is { } own)
            {
                if (ReadOnly(own))
                {
                    _errors.Add($"{at}.{name} can only be read");
                }

                Check(own, child, $"{at}.{name}");
            }
            else if (others is JsonObject)
            {
                Check(others, child, $"{at}.{name}");
            }
            else if (!part && !known.ContainsKey(name) && others?.GetValueKind() != JsonValueKind.True && (known.Count > 0 || others is not null))
            {
                _errors.Add($"{at}.{name} is not known to the vendor");
            }
        }
    }

    private void Items(JsonObject rules, JsonArray list, string at)
    {
        Bound(rules, "minItems", list.Count, at, atLeast: true);
        Bound(rules, "maxItems", list.Count, at, atLeast: false);
        for (var i = 0; rules["items"] is { } item && i < list.Count; i++)
        {
            Check(item, list[i], $"{at}[{i}]");
        }
    }

    /// <summary>All properties that the schema or a part of it names.</summary>
    private Dictionary<string, JsonNode?> Known(JsonObject rules, int depth = 0)
    {
        var known = (rules["properties"] as JsonObject ?? []).ToDictionary(property => property.Key, property => property.Value);
        foreach (var one in depth > 8 ? [] : Parts.SelectMany(name => rules[name] as JsonArray ?? []))
        {
            foreach (var (name, schema) in SpecDocument.Follow(root, one) is JsonObject inner ? Known(inner, depth + 1) : [])
            {
                known.TryAdd(name, schema);
            }
        }

        return known;
    }

    private void Bound(JsonObject rules, string name, decimal given, string at, bool atLeast)
    {
        if (rules[name] is JsonValue bound && decimal.TryParse(bound.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var limit)
            && (atLeast ? given < limit : given > limit))
        {
            _errors.Add($"{at} breaks {name} {limit}: {given}");
        }
    }

    private bool ReadOnly(JsonNode? schema) =>
        SpecDocument.Follow(root, schema) is JsonObject rules && rules["readOnly"] is { } flag && flag.GetValueKind() == JsonValueKind.True;

    private static bool MayBeNull(JsonObject rules) =>
        rules["nullable"]?.GetValueKind() == JsonValueKind.True || rules["x-nullable"]?.GetValueKind() == JsonValueKind.True
        || Types(rules).Contains("null") || (Types(rules).Count == 0 && rules["properties"] is null);

    private static List<string> Types(JsonObject rules) => rules["type"] switch
    {
        JsonArray several => [.. several.Select(type => type!.GetValue<string>())],
        JsonValue one => [one.GetValue<string>()],
        _ => [],
    };

    private static string KindOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.ToJsonString().AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? "integer" : "number",
    };

    private static bool FitsFormat(string? format, string text) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "uri" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        _ => true,
    };

    private static string Short(JsonNode value) => value.ToJsonString() is { Length: > 80 } text ? text[..80] + "…" : value.ToJsonString();
}
