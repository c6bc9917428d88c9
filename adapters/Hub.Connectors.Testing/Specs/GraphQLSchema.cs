using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Testing.Specs;

/// <summary>The types of a GraphQL API, from the answer to the introspection query.</summary>
internal sealed class GraphQLSchema
{
    private readonly Dictionary<string, JsonObject> _types;

    private GraphQLSchema(JsonNode schema)
    {
        _types = schema["types"]!.AsArray().ToDictionary(type => (string)type!["name"]!, type => type!.AsObject());
        Roots = new Dictionary<string, string?>
        {
            ["Query"] = (string?)schema["queryType"]?["name"],
            ["Mutation"] = (string?)schema["mutationType"]?["name"],
        }.ToImmutableDictionary();
    }

    /// <summary>The type on which each kind of operation begins.</summary>
    public ImmutableDictionary<string, string?> Roots { get; }

    public static GraphQLSchema Read(string file)
    {
        using var stream = File.OpenRead(file);
        using var plain = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;
        var root = JsonNode.Parse(plain)!;
        return new GraphQLSchema((root["data"] ?? root)["__schema"]!);
    }

    public JsonObject? Type(string name) => _types.GetValueOrDefault(name);

    /// <summary>A field of an object or interface, or null.</summary>
    public JsonObject? Field(string type, string name) => Find(Type(type)?["fields"], name);

    /// <summary>A field of an input object, or null.</summary>
    public JsonObject? InputField(string type, string name) => Find(Type(type)?["inputFields"], name);

    /// <summary>Could something of the one type be of the other?</summary>
    public bool Overlap(string one, string other) => one == other || Possible(one).Overlaps(Possible(other));

    /// <summary>The name below lists and "not null".</summary>
    public static string Named(JsonNode type) => (string?)type["name"] ?? Named(type["ofType"]!);

    /// <summary>As GraphQL writes it: <c>[ID!]!</c>.</summary>
    public static string Write(JsonNode type) => (string)type["kind"]! switch
    {
        "NON_NULL" => Write(type["ofType"]!) + "!",
        "LIST" => $"[{Write(type["ofType"]!)}]",
        _ => (string)type["name"]!,
    };

    public static bool IsRequired(JsonNode field) => (string)field["type"]!["kind"]! == "NON_NULL" && field["defaultValue"] is null;

    public static JsonObject? Find(JsonNode? list, string name) =>
        (list as JsonArray)?.FirstOrDefault(field => (string)field!["name"]! == name)?.AsObject();

    private HashSet<string> Possible(string type) =>
        [type, .. (Type(type)?["possibleTypes"] as JsonArray ?? []).Select(possible => (string)possible!["name"]!)];
}
