using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Customers;
using Hub.Processes.Erasing;

namespace Hub.Adapters.Orders;

/// <summary>
/// Takes a buyer out of the texts of an order, or of a customer without one. 1. What is known of the buyer is read from all of the order's JSON. 2. There it is emptied. 3. In sentences (reasons, the journal) the same
/// values become ***. 4. What came as an order and could not be read goes as a whole, and all its words from the sentences: nobody knows what is personal in it.
/// </summary>
internal static class BuyerTexts
{
    private const string Mask = "***";
    private const string Country = "country";

    private static readonly string[] People = ["buyer", "contact", "wanted", "told", "underWay"];
    private static readonly string[] Addresses = ["shipTo"];
    private static readonly string[] Links = ["label"];
    private static readonly string[] Sentences = ["reason", "cancelling"];

    /// <summary>The texts without the buyer, in the same order.</summary>
    /// <param name="asked">What is known of the buyer beside them: the address that is to be forgotten.</param>
    public static ImmutableArray<string> Without(ImmutableArray<KeptText> texts, IEnumerable<string> asked)
    {
        var parsed = texts.Select(Parse).ToList();
        var known = new HashSet<string>(asked, StringComparer.OrdinalIgnoreCase);
        foreach (var (text, node) in texts.Zip(parsed))
        {
            if (node is null)
            {
                continue;
            }

            if (GoesWhole(text, node))
            {
                known.UnionWith(Words(node));
            }

            Take(text, node, known, empty: false);
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

        if (node is null || GoesWhole(text, node))
        {
            return "{}";
        }

        Take(text, node, [], empty: true);
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
    private static bool GoesWhole(KeptText text, JsonNode node) =>
        text is { Kind: not CustomerProcess.Upsert, In: KeptIn.Message or KeptIn.DeadLetter } && (node is not JsonObject part || !part.ContainsKey("$type"));

    private static void Take(KeptText text, JsonNode node, HashSet<string> known, bool empty)
    {
        // What the CRM is told is a person as a whole.
        if (text is { Kind: CustomerProcess.Upsert, In: KeptIn.Effect or KeptIn.DeadLetter } && node is JsonObject person)
        {
            Empty(person, known, empty);
        }
        else
        {
            Visit(node, known, empty);
        }
    }

    private static IEnumerable<string> Words(JsonNode node) => node switch
    {
        JsonObject part => part.Select(field => field.Value).OfType<JsonNode>().SelectMany(Words),
        JsonArray list => list.OfType<JsonNode>().SelectMany(Words),
        _ => node.GetValueKind() == JsonValueKind.String ? [node.ToString().Trim()] : [],
    };

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
