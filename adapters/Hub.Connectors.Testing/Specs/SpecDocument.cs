using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Hub.Connectors.Testing.Specs;

/// <summary>A vendor's description as a tree of JSON, whichever of JSON and YAML it was written in.</summary>
internal static class SpecDocument
{
    public static JsonNode Read(string file)
    {
        var text = File.ReadAllText(file);
        if (text.TrimStart().StartsWith('{'))
        {
            return JsonNode.Parse(text)!;
        }

        // UPS's have tabs, and blank lines with more blanks than the text that they begin: neither is YAML.
        text = Regex.Replace(text.ReplaceLineEndings("\n").Replace("\t", "  ", StringComparison.Ordinal), "^ +$", "", RegexOptions.Multiline | RegexOptions.CultureInvariant);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return ToJson(yaml.Documents[0].RootNode)!;
    }

    /// <summary>What a reference (<c>#/components/schemas/Order</c>) leads to; the node itself where it is none.</summary>
    public static JsonNode? Follow(JsonNode root, JsonNode? node)
    {
        for (var hops = 0; node is JsonObject part && part["$ref"]?.GetValue<string>() is { } reference; hops++)
        {
            if (hops > 32 || !reference.StartsWith("#/", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The reference {reference} leads nowhere.");
            }

            node = reference[2..].Split('/').Select(Uri.UnescapeDataString)
                .Select(name => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
                .Aggregate((JsonNode?)root, (at, name) => at is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)] : at?[name])
                ?? throw new InvalidOperationException($"The reference {reference} leads nowhere.");
        }

        return node;
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => throw new InvalidOperationException($"{node.Start}: neither a map, a list nor a text."),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" or "false" => JsonValue.Create(text == "true"),
        _ when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
