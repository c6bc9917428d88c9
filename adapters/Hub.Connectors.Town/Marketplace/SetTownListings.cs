using System.Collections.Immutable;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Marketplace;

/// <summary>Tells the marketplace how many pieces there are and what they cost; it names the articles that it doesn't take.</summary>
internal sealed class SetTownListings(ITownMarketplaceApi marketplace, VendorCalls calls) : IStockSink, IPriceSink
{
    int IStockSink.BatchSize => 20;

    int IPriceSink.BatchSize => 20;

    double IStockSink.CallsPerSecond => 5;

    double IPriceSink.CallsPerSecond => 5;

    public Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<StockLevel> levels, CancellationToken cancellationToken) =>
        PutAsync([.. levels.Select(level => new TownListing(level.Sku.Text, Math.Max(0, level.Available)))], cancellationToken);

    public Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<ArticlePrice> prices, CancellationToken cancellationToken) =>
        PutAsync([.. prices.Select(price => new TownListing(price.Sku.Text, Price: price.Price.ToString()))], cancellationToken);

    private Task<CallOutcome<ImmutableArray<NotTaken>>> PutAsync(ImmutableArray<TownListing> listings, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            var answer = await marketplace.PutListingsAsync(listings, cancel);
            return answer.Refused.IsDefault
                ? throw new JsonException("It does not say what it refused.")
                : answer.Refused.Select(refusal => new NotTaken(Sku.Parse(refusal.Sku), refusal.Reason)).ToImmutableArray();
        },
        cancellationToken);
}
