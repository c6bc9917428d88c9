using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.Shopify.Variants;

/// <summary>Finds articles in Shopify by SKU, and remembers what it found.</summary>
internal sealed class ShopifyVariants(ShopifyCalls calls, CrossReferences references)
{
    /// <summary>SKUs that are asked for at once.</summary>
    private const int Chunk = 25;

    private const int PageSize = 100;

    /// <summary>How many articles are remembered; some megabytes. A catalogue that is larger is asked for again and again.</summary>
    private const int Most = 50_000;

    private const string Query = """
        query HubVariants($first: Int!, $after: String, $query: String!) {
          shop { currencyCode }
          productVariants(first: $first, after: $after, query: $query) {
            pageInfo { hasNextPage endCursor }
            nodes { id sku product { id } inventoryItem { id } }
          }
        }
        """;

    private volatile ImmutableDictionary<string, ShopifyVariant> _known = ImmutableDictionary.Create<string, ShopifyVariant>(StringComparer.Ordinal);

    /// <summary>For each article what Shopify has, or why it is none.</summary>
    public async Task<CallOutcome<Dictionary<Sku, FoundVariant>>> FindAsync(IEnumerable<Sku> skus, CancellationToken cancellationToken)
    {
        // 1. What they are called there.
        var names = skus.Distinct().ToDictionary(sku => sku, sku => references.Find(CrossReferences.Items, sku.Text));
        // 2. Those that nobody asked for yet.
        var known = _known;
        var found = new Dictionary<string, List<ShopifyVariant>>(StringComparer.Ordinal);
        foreach (var chunk in names.Values.OfType<string>().Distinct(StringComparer.Ordinal).Where(name => !known.ContainsKey(name)).Chunk(Chunk))
        {
            var outcome = await SearchAsync(chunk, found, cancellationToken);
            if (outcome is not CallOutcome<string?>.Done)
            {
                return outcome.As<string?, Dictionary<Sku, FoundVariant>>();
            }
        }

        Keep(found);
        // 3. The answer.
        return new CallOutcome<Dictionary<Sku, FoundVariant>>.Done(names.ToDictionary(name => name.Key, name => name.Value switch
        {
            null => new FoundVariant(null, new MissingReferenceException(references.Connector, CrossReferences.Items, name.Key.Text).Message),
            var theirs when known.TryGetValue(theirs, out var variant) => new FoundVariant(variant, null),
            var theirs => found.GetValueOrDefault(theirs) switch
            {
                [var one] => new FoundVariant(one, null),
                { Count: > 1 } several => new FoundVariant(null, $"Shopify has {several.Count} variants with the SKU '{theirs}': leave it to one of them."),
                _ => new FoundVariant(null, $"Shopify has no variant with the SKU '{theirs}'. Give it to one there, or tell what it is called there: hub xref set {references.Connector} items '{name.Key}' SKU."),
            },
        }));
    }

    /// <summary>Shopify knows it no more: the next time it is asked for anew.</summary>
    public void Forget(Sku sku)
    {
        if (references.Find(CrossReferences.Items, sku.Text) is { } name)
        {
            _known = _known.Remove(name);
        }
    }

    private async Task<CallOutcome<string?>> SearchAsync(string[] names, Dictionary<string, List<ShopifyVariant>> found, CancellationToken cancellationToken)
    {
        var query = string.Join(" OR ", names.Select(name => $"sku:\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
        string? after = null;
        while (true)
        {
            var outcome = await calls.AskAsync(
                new ShopifyQuery(Query, new JsonObject { ["first"] = PageSize, ["after"] = after, ["query"] = query }, Cost: 4 + (PageSize * 3)),
                data => new CallOutcome<string?>.Done(Read(data, names, found)), cancellationToken);
            if (outcome is not CallOutcome<string?>.Done { Value: { } next })
            {
                return outcome;
            }

            if (next == after)
            {
                return new CallOutcome<string?>.Unknown("Shopify's pages of variants have no end.");
            }

            after = next;
        }
    }

    /// <summary>Shopify's search finds more than was asked for: it takes no notice of case, and of parts of a word some.</summary>
    private static string? Read(JsonElement data, string[] names, Dictionary<string, List<ShopifyVariant>> found)
    {
        var page = ShopifyJson.Read<ShopifyVariantPage>(data);
        foreach (var node in page.ProductVariants.All.Where(node => names.Contains(node.Sku, StringComparer.Ordinal)))
        {
            var variant = new ShopifyVariant(node.Id, node.Product.Id, node.InventoryItem.Id, page.Shop.CurrencyCode);
            var same = found.TryGetValue(node.Sku!, out var list) ? list : found[node.Sku!] = [];
            if (!same.Contains(variant))
            {
                same.Add(variant);
            }
        }

        return page.ProductVariants.Next;
    }

    private void Keep(Dictionary<string, List<ShopifyVariant>> found)
    {
        var known = _known.Count + found.Count > Most ? _known.Clear() : _known;
        _known = known.SetItems(found.Where(variants => variants.Value.Count == 1).Select(variants => KeyValuePair.Create(variants.Key, variants.Value[0])));
    }
}
