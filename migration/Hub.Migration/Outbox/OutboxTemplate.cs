using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Configuration;

namespace Hub.Migration.Outbox;

/// <summary>Fills the templates of a message: texts with <c>{column}</c> in them.</summary>
internal static partial class OutboxTemplate
{
    /// <summary>The message's own key in a template.</summary>
    public const string Key = "$key";

    /// <summary>The columns that a text asks for.</summary>
    public static IEnumerable<string> Columns(string text) => Place().Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>The text with its columns filled in; null where one of them is null.</summary>
    public static string? Fill(string text, Func<string, string?> column)
    {
        var missing = false;
        var filled = Place().Replace(text, match =>
        {
            var value = column(match.Groups[1].Value);
            missing |= value is null;
            return value ?? "";
        });
        return missing ? null : filled;
    }

    /// <summary>The body as JSON: objects as they stand, lists once for each line, texts filled.</summary>
    public static JsonNode? Fill(ConfigNode node, Func<string, string?> column, IReadOnlyList<Func<string, string?>> lines)
    {
        switch (node.Kind)
        {
            case JsonValueKind.Object:
                var filled = new JsonObject();
                foreach (var (name, child) in node.Children)
                {
                    filled.Add(name, Fill(child, column, lines));
                }

                return filled;
            case JsonValueKind.Array:
                return new JsonArray([.. lines.Select(line => Fill(node.Children[0].Node, line, []))]);
            case JsonValueKind.String when node.Text!.StartsWith('#'):
                return Fill(node.Text[1..], column) is { } number ? JsonNode.Parse(number) : null;
            case JsonValueKind.String:
                return Fill(node.Text!, column);
            default:
                return node.Text is null ? null : JsonNode.Parse(node.Text);
        }
    }

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Place();
}
