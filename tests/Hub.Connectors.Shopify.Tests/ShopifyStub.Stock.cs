using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>The shop's articles: what there is of them, and what they cost.</summary>
public sealed partial class ShopifyStub
{
    private readonly List<(string Id, string Sku, string Product)> _variants = [];
    private readonly Dictionary<(string Item, string Location), int> _stock = [];
    private readonly Dictionary<string, string> _prices = [];

    /// <summary>Happens right before stock is set: somebody else was faster.</summary>
    public Action? BeforeSetting { get; set; }

    /// <summary>What stock and prices are refused for, by SKU: code and words.</summary>
    public Dictionary<string, (string Code, string Message)> Refusals { get; } = [];

    /// <summary>A variant of the shop, stocked in Berlin.</summary>
    public void Sell(string sku, int number, int product = 1)
    {
        var id = number.ToString(CultureInfo.InvariantCulture);
        _variants.Add((id, sku, Gid("Product", $"{product}")));
        _stock[(Gid("InventoryItem", id), Berlin)] = 0;
    }

    /// <summary>It is stocked there too.</summary>
    public void Stock(int number, string location, int quantity) => _stock[(Gid("InventoryItem", $"{number}"), location)] = quantity;

    public int StockOf(string sku, string location = Berlin) => _stock[(ItemOf(sku), location)];

    public string? PriceOf(string sku) => _prices.GetValueOrDefault(Gid("ProductVariant", _variants.Single(variant => variant.Sku == sku).Id));

    private string ItemOf(string sku) => Gid("InventoryItem", _variants.Single(variant => variant.Sku == sku).Id);

    /// <summary>As Shopify's search does, it finds other case and longer words too.</summary>
    private JsonObject Variants(JsonObject variables)
    {
        var asked = SkuTerm().Matches((string)variables["query"]!).Select(match => Regex.Replace(match.Groups[1].Value, @"\\(.)", "$1")).ToList();
        var found = _variants.Where(variant => asked.Exists(sku => variant.Sku.StartsWith(sku, StringComparison.OrdinalIgnoreCase)));
        return new JsonObject
        {
            ["shop"] = new JsonObject { ["currencyCode"] = "EUR" },
            ["productVariants"] = Page([.. found.Select(variant => (JsonNode)new JsonObject
            {
                ["id"] = Gid("ProductVariant", variant.Id),
                ["sku"] = variant.Sku,
                ["product"] = new JsonObject { ["id"] = variant.Product },
                ["inventoryItem"] = new JsonObject { ["id"] = Gid("InventoryItem", variant.Id) },
            })], variables, (_, i) => Place(i)),
        };
    }

    private JsonObject Stock(JsonObject variables) => new()
    {
        ["nodes"] = new JsonArray([.. variables["ids"]!.AsArray().Select(id => _variants.Exists(variant => Gid("InventoryItem", variant.Id) == $"{id}")
            ? new JsonObject
            {
                ["id"] = $"{id}",
                ["inventoryLevel"] = _stock.TryGetValue(($"{id}", $"{variables["location"]}"), out var quantity)
                    ? new JsonObject { ["quantities"] = new JsonArray(new JsonObject { ["name"] = "available", ["quantity"] = quantity }) }
                    : null,
            }
            : null)]),
    };

    private JsonObject SetStock(JsonObject variables, string version)
    {
        BeforeSetting?.Invoke();
        var (from, stale) = string.CompareOrdinal(version, "2026-04") >= 0
            ? ("changeFromQuantity", "CHANGE_FROM_QUANTITY_STALE")
            : ("compareQuantity", "COMPARE_QUANTITY_STALE");
        var errors = new JsonArray();
        var quantities = variables["input"]!["quantities"]!.AsArray();
        for (var i = 0; i < quantities.Count; i++)
        {
            var item = $"{quantities[i]!["inventoryItemId"]}";
            if (Refusal(_variants.Single(variant => Gid("InventoryItem", variant.Id) == item).Sku) is { } refusal)
            {
                errors.Add(UserErrors(refusal.Message, refusal.Code, "input", "quantities", $"{i}", "quantity")[0]!.DeepClone());
            }
            else if (_stock[(item, $"{quantities[i]!["locationId"]}")] != (int)quantities[i]![from]!)
            {
                errors.Add(UserErrors("The quantity has changed.", stale, "input", "quantities", $"{i}", from)[0]!.DeepClone());
            }
        }

        // One error, and none of them is set.
        foreach (var quantity in errors.Count == 0 ? quantities : [])
        {
            _stock[($"{quantity!["inventoryItemId"]}", $"{quantity["locationId"]}")] = (int)quantity["quantity"]!;
        }

        return new JsonObject
        {
            ["inventorySetQuantities"] = new JsonObject
            {
                ["inventoryAdjustmentGroup"] = errors.Count == 0 ? new JsonObject { ["id"] = Gid("InventoryAdjustmentGroup", "1") } : null,
                ["userErrors"] = errors,
            },
        };
    }

    private JsonObject SetPrices(JsonObject variables)
    {
        var errors = new JsonArray();
        var variants = variables["variants"]!.AsArray();
        for (var i = 0; i < variants.Count; i++)
        {
            var id = $"{variants[i]!["id"]}";
            var variant = _variants.Single(variant => Gid("ProductVariant", variant.Id) == id);
            Assert.Equal(variant.Product, $"{variables["product"]}");
            if (Refusal(variant.Sku) is { } refusal)
            {
                errors.Add(UserErrors(refusal.Message, refusal.Code, "variants", $"{i}", "price")[0]!.DeepClone());
            }
            else
            {
                _prices[id] = $"{variants[i]!["price"]}";
            }
        }

        return new JsonObject { ["productVariantsBulkUpdate"] = new JsonObject { ["userErrors"] = errors } };
    }

    private (string Code, string Message)? Refusal(string sku) => Refusals.TryGetValue(sku, out var refusal) ? refusal : null;

    [GeneratedRegex("sku:\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex SkuTerm();
}
