using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Shopify.Stock;

/// <summary>How stock is asked for and set: compare and set, in the words of the API's version.</summary>
internal static class ShopifyStockQueries
{
    /// <summary>From this version on a key goes along and the field of the comparison has another name.</summary>
    private const string Keyed = "2026-04";

    private const string Levels = """
        query HubStock($ids: [ID!]!, $location: ID!) {
          nodes(ids: $ids) { ... on InventoryItem { id inventoryLevel(locationId: $location) { quantities(names: ["available"]) { name quantity } } } }
        }
        """;

    public static ShopifyQuery Read(string location, IReadOnlyCollection<string> items) => new(
        Levels, new JsonObject { ["ids"] = ShopifyJson.List(items), ["location"] = location }, Cost: items.Count * 3);

    /// <param name="changes">Item, how many it has been found to have, how many it is to have.</param>
    public static ShopifyQuery Set(string version, string location, IReadOnlyCollection<(string Item, int From, int To)> changes)
    {
        var keyed = string.CompareOrdinal(version, Keyed) >= 0;
        // A new key each time: with the one of a call before, Shopify would answer as then and set nothing.
        var key = keyed ? $" @idempotent(key: \"{Guid.NewGuid()}\")" : "";
        var text = $$"""
            mutation HubSetStock($input: InventorySetQuantitiesInput!) {
              inventorySetQuantities(input: $input){{key}} { inventoryAdjustmentGroup { id } userErrors { field message code } }
            }
            """;
        var quantities = changes.Select(change => (JsonNode)new JsonObject
        {
            ["inventoryItemId"] = change.Item,
            ["locationId"] = location,
            ["quantity"] = change.To,
            [keyed ? "changeFromQuantity" : "compareQuantity"] = change.From,
        });
        var input = new JsonObject { ["name"] = "available", ["reason"] = "correction", ["quantities"] = new JsonArray([.. quantities]) };
        return new ShopifyQuery(text, new JsonObject { ["input"] = input }, Cost: 10);
    }
}

/// <summary>An inventory item, where it is asked for at one location.</summary>
internal sealed record ShopifyStockNode(string Id, ShopifyLevel? InventoryLevel)
{
    /// <summary>How many can be sold there; null: it is not stocked there.</summary>
    public int? Available => InventoryLevel?.Quantities.FirstOrDefault(quantity => quantity?.Name == "available")?.Quantity;
}

internal sealed record ShopifyLevel(ImmutableArray<ShopifyQuantity?> Quantities);

internal sealed record ShopifyQuantity(string Name, int Quantity);

/// <summary>What became of a mutation of stock.</summary>
internal sealed record ShopifyStockSet(ImmutableArray<ShopifyUserError> UserErrors) : IShopifyPayload;
