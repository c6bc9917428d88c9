using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Business.Marketplace;

/// <summary>What the marketplace shows of the seller's articles: how many there are and what they cost, absolute, the last word counts.</summary>
internal static class MarketplaceListings
{
    public static void Map(WebApplication app, MarketplaceStore store)
    {
        app.MapPut("/listings", (ImmutableArray<Listing> listings) =>
        {
            var refused = ImmutableArray.CreateBuilder<Refusal>();
            foreach (var listing in listings)
            {
                if (!listing.Sku.StartsWith("TS-", StringComparison.Ordinal) || listing.Available < 0)
                {
                    refused.Add(new Refusal(listing.Sku, $"There is no listing {listing.Sku} that could have {listing.Available} pieces."));
                    continue;
                }

                store.List(listing.Sku, listing.Available, listing.Price);
            }

            return Results.Ok(new { Refused = refused.ToImmutable() });
        });
        app.MapGet("/listings", () => store.Listings().Select(listing => new Listing(listing.Sku, (int?)listing.Available, listing.Price)));
    }

    /// <param name="Price"><c>9.95 EUR</c>.</param>
    private sealed record Listing(string Sku, int? Available = null, string? Price = null);

    private sealed record Refusal(string Sku, string Reason);
}
