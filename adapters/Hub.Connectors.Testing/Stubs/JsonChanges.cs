using System.Text.Json.Nodes;

namespace Hub.Connectors.Testing.Stubs;

/// <summary>What vendors do to their JSON without telling anybody.</summary>
public static class JsonChanges
{
    /// <summary>Adds fields that nobody knows to each object.</summary>
    public static void AddUnknownFields(JsonNode node)
    {
        foreach (var part in Objects(node).ToList())
        {
            part["hubSuiteNew"] = new JsonObject { ["deep"] = new JsonArray(1, "two", null) };
            part["hubSuiteText"] = "new";
        }
    }

    /// <summary>Gives every field of these names a value that nobody knows.</summary>
    public static void SetUnknownValues(JsonNode node, IEnumerable<string> fields)
    {
        foreach (var part in Objects(node).ToList())
        {
            foreach (var field in fields.Where(field => part[field] is JsonValue))
            {
                part[field] = "HUB_SUITE_UNKNOWN";
            }
        }
    }

    /// <summary>The paths (<c>$.a[0].b</c>) of all that is not null already, the whole itself aside.</summary>
    public static IEnumerable<string> Paths(JsonNode node) => node switch
    {
        JsonObject part => part.Where(child => child.Value is not null).SelectMany(child => Paths(child.Value!).Prepend(child.Value!.GetPath())),
        JsonArray list => list.Where(item => item is not null).SelectMany(item => Paths(item!).Prepend(item!.GetPath())),
        _ => [],
    };

    /// <summary>Puts null where the path leads.</summary>
    public static void SetNull(JsonNode root, string path)
    {
        var target = Find(root, path);
        switch (target?.Parent)
        {
            case JsonObject part:
                part[target.GetPropertyName()] = null;
                break;
            case JsonArray list:
                list[target.GetElementIndex()] = null;
                break;
        }
    }

    private static JsonNode? Find(JsonNode node, string path) => node.GetPath() == path ? node
        : node switch
        {
            JsonObject part => part.Select(child => child.Value),
            JsonArray list => list,
            _ => Enumerable.Empty<JsonNode?>(),
        }
        is var children ? children.Where(child => child is not null && path.StartsWith(child.GetPath(), StringComparison.Ordinal))
            .Select(child => Find(child!, path)).FirstOrDefault(found => found is not null) : null;

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject part => part.SelectMany(child => Objects(child.Value)).Prepend(part),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };
}
