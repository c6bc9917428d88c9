using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Connectors.Amazon.Listings;

/// <summary>Tells how many pieces the seller has. Lead time and restock date of the listing stay as they are.</summary>
internal sealed class SetAmazonStock(PatchAmazonListing listings, AmazonOptions options) : IStockSink
{
    public double CallsPerSecond => PatchAmazonListing.PerSecond;

    public Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<StockLevel> levels, CancellationToken cancellationToken) => listings.SetAsync(
        levels,
        level => level.Sku,
        level => new AmazonPatch(
            "merge", "/attributes/fulfillment_availability", [new AmazonQuantity(options.FulfillmentChannel, Math.Max(0, level.Available))]),
        cancellationToken);
}
