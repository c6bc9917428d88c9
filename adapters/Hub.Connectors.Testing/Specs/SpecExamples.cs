using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Testing.Specs;

/// <summary>
/// What a vendor's own description gives as answers, for stubs: its example of the whole answer where it has one, otherwise one put together from the
/// examples of the schema's properties.
/// </summary>
public sealed class SpecExamples
{
    private readonly JsonNode _root;

    private SpecExamples(JsonNode root) => _root = root;

    /// <summary>The description of that name below the folder that <c>HUB_SPECS</c> names. Skipped, aloud, where it is not there.</summary>
    public static SpecExamples Open(string file) => new(SpecDocument.Read(SpecFolder.Find(file)));

    /// <summary>An answer's body, the caller's own to change.</summary>
    /// <param name="operation">Method and path as the description writes them: <c>GET /v1/labels/{label_id}</c>.</param>
    /// <exception cref="InvalidOperationException">The description has no such operation or answer.</exception>
    public JsonNode Answer(string operation, int status = 200)
    {
        var (method, path) = operation.Split(' ', 2) is [var one, var two] ? (one.ToLowerInvariant(), two) : throw new ArgumentException(operation, nameof(operation));
        var found = SpecDocument.Follow(_root, _root["paths"]?[path])?[method]?["responses"]?[$"{status}"]
            ?? throw new InvalidOperationException($"The description has no {operation} with {status}.");
        var answer = SpecDocument.Follow(_root, found)!;
        var content = (answer["content"] as JsonObject)?.FirstOrDefault(media => media.Key.Contains("json", StringComparison.OrdinalIgnoreCase)).Value;
        return Whole(content) ?? answer["examples"]?["application/json"]?.DeepClone() ?? Make(content?["schema"] ?? answer["schema"], 0)
            ?? throw new InvalidOperationException($"The description gives no body for {operation} with {status}.");
    }

    private JsonNode? Whole(JsonNode? content)
    {
        var example = content?["example"] ?? SpecDocument.Follow(_root, (content?["examples"] as JsonObject)?.FirstOrDefault().Value)?["value"];
        // Some write the example as a text that holds JSON.
        return example is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().TrimStart() is ['{' or '[', ..]
            ? JsonNode.Parse(text.GetValue<string>())
            : example?.DeepClone();
    }

    private JsonNode? Make(JsonNode? schema, int depth)
    {
        if (SpecDocument.Follow(_root, schema) is not JsonObject rules || depth > 12)
        {
            return null;
        }

        if (rules["example"] is { } example)
        {
            return example.DeepClone();
        }

        if (rules["allOf"] is JsonArray || rules["properties"] is JsonObject)
        {
            return Merge(rules, depth);
        }

        if ((rules["oneOf"] ?? rules["anyOf"]) is JsonArray choices)
        {
            return Make(choices[0], depth + 1);
        }

        return rules["items"] is { } item && Make(item, depth + 1) is { } made ? new JsonArray(made) : (rules["enum"] as JsonArray)?[0]?.DeepClone();
    }

    private JsonObject? Merge(JsonObject rules, int depth)
    {
        var merged = new JsonObject();
        foreach (var part in rules["allOf"] as JsonArray ?? [])
        {
            foreach (var (name, value) in Make(part, depth + 1) as JsonObject ?? [])
            {
                merged[name] = value?.DeepClone();
            }
        }

        foreach (var (name, property) in rules["properties"] as JsonObject ?? [])
        {
            if (Make(property, depth + 1) is { } value)
            {
                merged[name] = value;
            }
        }

        return merged.Count > 0 ? merged : null;
    }
}
