using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Hub.Cli.Tests.Deploying;

/// <summary>docker-compose.yml as docker reads it, anchors followed.</summary>
internal static class ComposeFile
{
    public static async Task<JsonElement> ReadAsync()
    {
        var parser = new MergingParser(new Parser(new StringReader(await Checkout.ReadAsync("docker-compose.yml"))));
        var tree = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(parser);
        return JsonDocument.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(tree)).RootElement;
    }

    public static IEnumerable<JsonProperty> Members(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found.EnumerateObject() : [];

    public static IEnumerable<string> Texts(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Array ? found.EnumerateArray().Select(item => item.ToString()) : [];

    public static string? Text(this JsonElement element, string name) => element.TryGetProperty(name, out var found) ? found.ToString() : null;
}
