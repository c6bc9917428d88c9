using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Processes.Erasing;

namespace Hub.Adapters.Orders;

/// <summary>
/// Takes a buyer out of an order's texts. 1. What is known of the buyer is read from all of the order's JSON. 2. There it is emptied. 3. In sentences (reasons, the journal) the same
/// values become ***. 4. What came as an order and could not be read goes as a whole: nobody knows what is personal in it.
/// </summary>
internal static class BuyerTexts
{
    private const string Mask = "***";
    private const string Country = "country";

    private static readonly string[] People = ["buyer", "contact"];
    private static readonly string[] Addresses = ["shipTo"];
    private static readonly string[] Links = ["label"];
    private static readonly string[] Sentences = ["reason", "cancelling"];

    /// <summary>An order's texts without the buyer, in the same order.</summary>
    public static ImmutableArray<string> Without(ImmutableArray<KeptText> texts)
    {
        var parsed = texts.Select(Parse).ToList();
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var node in parsed.OfType<JsonNode>())
        {
            Visit(node, known, empty: false);
        }

        // The longer first: "Ada Byron" before "Ada". Of one or two letters too much else would be hit.
        var values = known.Where(value => value.Length > 2).OrderByDescending(value => value.Length).ToList();
        return [.. texts.Zip(parsed, (text, node) => Rewrite(text, node, values))];
    }

    private static string Rewrite(KeptText text, JsonNode? node, List<string> values)
    {
        if (!HoldsJson(text))
        {
            return Masked(text.Text, values);
        }

        if (node is null || (text.In is KeptIn.Message or KeptIn.DeadLetter && IsStrange(node)))
        {
            return "{}";
        }

        Visit(node, [], empty: true);
        MaskSentences(node, values);
        return node.ToJsonString();
    }

    private static bool HoldsJson(KeptText text) => text.In is KeptIn.State or KeptIn.Message or KeptIn.Effect or KeptIn.DeadLetter;

    private static JsonNode? Parse(KeptText text)
    {
        try
        {
            return HoldsJson(text) ? JsonNode.Parse(text.Text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Messages and commands say their kind; what a marketplace wrote does not.</summary>
    private static bool IsStrange(JsonNode node) => node is not JsonObject part || !part.ContainsKey("$type");

    private static void Visit(JsonNode node, HashSet<string> known, bool empty)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list.OfType<JsonNode>())
            {
                Visit(item, known, empty);
            }
        }

        foreach (var (name, value) in node is JsonObject part ? part.ToList() : [])
        {
            if (value is JsonObject person && (People.Contains(name) || Addresses.Contains(name)))
            {
                Empty(person, known, empty);
            }
            else if (value is JsonValue && Links.Contains(name))
            {
                known.Add(value.ToString());
                if (empty)
                {
                    node.AsObject().Remove(name);
                }
            }
            else if (value is not null)
            {
                Visit(value, known, empty);
            }
        }
    }

    /// <summary>What must be there stays as an empty text: the order can be read as before.</summary>
    private static void Empty(JsonObject person, HashSet<string> known, bool empty)
    {
        foreach (var (field, value) in person.Where(field => field.Key != Country && field.Value is JsonValue).ToList())
        {
            known.Add(value!.ToString().Trim());
            if (empty)
            {
                person[field] = "";
            }
        }
    }

    private static void MaskSentences(JsonNode node, List<string> values)
    {
        foreach (var (name, value) in node is JsonObject part ? part.ToList() : [])
        {
            if (value is JsonValue sentence && Sentences.Contains(name) && sentence.GetValueKind() == JsonValueKind.String)
            {
                node[name] = Masked(sentence.ToString(), values);
            }
            else if (value is not null)
            {
                MaskSentences(value, values);
            }
        }

        foreach (var item in node is JsonArray list ? list.OfType<JsonNode>().ToList() : [])
        {
            MaskSentences(item, values);
        }
    }

    private static string Masked(string text, List<string> values) => values.Aggregate(text, (masked, value) => masked
        .Replace(value, Mask, StringComparison.OrdinalIgnoreCase)
        .Replace(JsonEncodedText.Encode(value).ToString(), Mask, StringComparison.OrdinalIgnoreCase));
}
