namespace Hub.Connectors.Shopify.Variants;

/// <summary>What Shopify calls an article: prices hang on the variant, stock on its inventory item.</summary>
/// <param name="Currency">The shop's.</param>
internal sealed record ShopifyVariant(string Id, string Product, string InventoryItem, string Currency);

/// <summary>What was found for an article: one of the two is null.</summary>
internal sealed record FoundVariant(ShopifyVariant? Variant, string? Problem);

internal sealed record ShopifyVariantNode(string Id, string? Sku, ShopifyNode Product, ShopifyNode InventoryItem);

internal sealed record ShopifyVariantPage(ShopifyShop Shop, ShopifyList<ShopifyVariantNode> ProductVariants);

internal sealed record ShopifyShop(string CurrencyCode);
