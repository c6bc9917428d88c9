using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Connectors.Amazon.Listings;

/// <summary>Tells what an article costs in the first marketplace, with tax. A sale price of the listing is taken away by it.</summary>
internal sealed class SetAmazonPrices(PatchAmazonListing listings, AmazonOptions options) : IPriceSink
{
    public double CallsPerSecond => PatchAmazonListing.PerSecond;

    public Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<ArticlePrice> prices, CancellationToken cancellationToken) => listings.SetAsync(
        prices,
        price => price.Sku,
        price => new AmazonPatch(
            "replace", "/attributes/purchasable_offer",
            [new AmazonOffer(options.Marketplaces[0], price.Price.Currency, [new AmazonOurPrice([new AmazonScheduled(price.Price.Amount)])])]),
        cancellationToken,
        price => price.Price.Currency == options.Currency
            ? null
            : $"{price.Sku} is priced in {price.Price.Currency}, and Amazon's first marketplace sells in {options.Currency ?? "a currency that the connector's 'Currency' does not say"}.");
}
