using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Shopify.Variants;

namespace Hub.Connectors.Shopify.Prices;

/// <summary>Sets prices in the shop's currency, a product's variants at once.</summary>
internal sealed class SetShopifyPrices(ShopifyCalls calls, ShopifyVariants variants) : IPriceSink
{
    private const string Mutation = """
        mutation HubSetPrices($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
          productVariantsBulkUpdate(productId: $product, variants: $variants, allowPartialUpdates: true) { userErrors { field message code } }
        }
        """;

    public int BatchSize => 25;

    /// <summary>A batch is a call for each product; the points are counted where they are made.</summary>
    public double CallsPerSecond => 1;

    public Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<ArticlePrice> prices, CancellationToken cancellationToken) => variants
        .FindAsync(prices.Select(price => price.Sku), cancellationToken)
        .ThenAsync(found => SetAsync(prices, found, cancellationToken));

    private async Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(
        ImmutableArray<ArticlePrice> prices, Dictionary<Sku, FoundVariant> found, CancellationToken cancellationToken)
    {
        var notTaken = ImmutableArray.CreateBuilder<NotTaken>();
        var products = new Dictionary<string, Dictionary<string, ArticlePrice>>(StringComparer.Ordinal);
        foreach (var price in prices)
        {
            if (Problem(price, found[price.Sku]) is { } problem)
            {
                notTaken.Add(new NotTaken(price.Sku, problem));
                continue;
            }

            var variant = found[price.Sku].Variant!;
            var product = products.TryGetValue(variant.Product, out var known) ? known : products[variant.Product] = [];
            // Of two about the same the later counts.
            product[variant.Id] = price;
        }

        foreach (var (product, itsPrices) in products)
        {
            var outcome = await calls.TellAsync<ShopifyPricesSet>(Query(product, itsPrices), "productVariantsBulkUpdate", cancellationToken);
            if (outcome is not CallOutcome<ShopifyPricesSet>.Done { Value: var set })
            {
                return outcome.As<ShopifyPricesSet, ImmutableArray<NotTaken>>();
            }

            notTaken.AddRange(Settle(set.UserErrors, [.. itsPrices.Values]));
        }

        return new CallOutcome<ImmutableArray<NotTaken>>.Done(notTaken.ToImmutable());
    }

    private static string? Problem(ArticlePrice price, FoundVariant found) => found.Problem
        ?? (price.Price.Currency == found.Variant!.Currency ? null : $"Its price is {price.Price}, and the shop's currency is {found.Variant.Currency}.")
        ?? (price.Price.Amount >= 0 ? null : $"Its price is {price.Price}, less than nothing.");

    private static ShopifyQuery Query(string product, Dictionary<string, ArticlePrice> prices) => new(
        Mutation,
        new JsonObject
        {
            ["product"] = product,
            ["variants"] = new JsonArray([.. prices.Select(price => (JsonNode)new JsonObject
            {
                ["id"] = price.Key,
                ["price"] = price.Value.Price.Amount.ToString(CultureInfo.InvariantCulture),
            })]),
        },
        Cost: 10);

    /// <summary>The named ones were not taken; an error that names none is about all.</summary>
    private IEnumerable<NotTaken> Settle(ImmutableArray<ShopifyUserError> errors, ArticlePrice[] prices)
    {
        if (ShopifyAnswers.Words(errors) is null)
        {
            return [];
        }

        var told = errors
            .SelectMany(error => error.Place is { } place && place < prices.Length ? [(Price: prices[place], Error: error)] : prices.Select(price => (Price: price, Error: error)))
            .DistinctBy(said => said.Price.Sku)
            .ToList();
        told.ForEach(said => variants.Forget(said.Price.Sku));
        return told.Select(said => new NotTaken(said.Price.Sku, $"Shopify says: {said.Error.Message} ({said.Error.Code})"));
    }

    private sealed record ShopifyPricesSet(ImmutableArray<ShopifyUserError> UserErrors) : IShopifyPayload;
}
