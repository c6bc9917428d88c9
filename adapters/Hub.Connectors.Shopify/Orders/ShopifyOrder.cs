using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.Connectors.Shopify.Orders;

/// <param name="Name">What the shop calls it: <c>#1001</c>.</param>
/// <param name="ProcessedAt">When the buyer placed it. Of an order that was brought along from another shop: when it was placed there.</param>
/// <param name="LineItems">The first of them; each a <see cref="ShopifyLine"/>.</param>
internal sealed record ShopifyOrder(
    string Id,
    string Name,
    DateTimeOffset UpdatedAt,
    DateTimeOffset ProcessedAt,
    DateTimeOffset? CancelledAt,
    bool Test,
    string? DisplayFinancialStatus,
    string DisplayFulfillmentStatus,
    bool RequiresShipping,
    bool TaxesIncluded,
    string? Email,
    ImmutableArray<string> PaymentGatewayNames,
    ShopifyNode? Customer,
    ShopifyMoneyBag CurrentTotalPriceSet,
    ShopifyMoneyBag CurrentShippingPriceSet,
    ShopifyTitle? ShippingLine,
    ShopifyAddress? ShippingAddress,
    ImmutableArray<ShopifyTransaction> Transactions,
    ShopifyList<JsonElement> LineItems);

/// <param name="CurrentQuantity">Without what was taken out or given back.</param>
/// <param name="DiscountedUnitPriceAfterAllDiscountsSet">Rounded where a discount can't be shared out evenly.</param>
internal sealed record ShopifyLine(
    string Id, string? Sku, string Name, int CurrentQuantity, ShopifyMoneyBag DiscountedUnitPriceAfterAllDiscountsSet)
{
    /// <summary>The first tax of the line; only asked for where it is to be told.</summary>
    public ImmutableArray<ShopifyTitle> TaxLines { get; init; } = [];
}

internal sealed record ShopifyTitle(string Title);

internal sealed record ShopifyTransaction(string Kind, string Status, DateTimeOffset? ProcessedAt);

internal sealed record ShopifyAddress(
    string? Name, string? Company, string? Address1, string? Address2, string? City, string? ProvinceCode, string? Zip, string? CountryCodeV2, string? Phone);
