using System.Collections.Immutable;
using System.Text.Json;
using Refit;

namespace Hub.Connectors.Town.Marketplace;

/// <summary>The town's marketplace as it speaks.</summary>
internal interface ITownMarketplaceApi
{
    [Get("/orders")]
    Task<TownOrderPage> GetOrdersAsync(string since, string? cursor, CancellationToken cancellationToken);

    [Get("/orders")]
    Task<TownOrderPage> ListOrdersAsync(
        [Query(Format = "O")] DateTimeOffset since, [Query(Format = "O")] DateTimeOffset until, string? cursor, CancellationToken cancellationToken);

    [Get("/orders/{id}")]
    Task<TownBookOrder> GetOrderAsync(string id, CancellationToken cancellationToken);

    [Post("/orders/{id}/shipment")]
    Task PostShipmentAsync(string id, [Body] TownConfirmation confirmation, CancellationToken cancellationToken);

    [Put("/listings")]
    Task<TownListed> PutListingsAsync([Body] ImmutableArray<TownListing> listings, CancellationToken cancellationToken);
}

/// <param name="Orders">Each a <see cref="TownOrder"/>, read one by one: a broken one is no reason to lose its page.</param>
internal sealed record TownOrderPage(ImmutableArray<JsonElement> Orders, string? Next);

internal sealed record TownOrder(
    string Id, DateTimeOffset PlacedAt, TownBuyer Buyer, ImmutableArray<TownItem> Items, decimal Total, string Currency);

/// <summary>As much of an order as its books need, so that one that can't be read as an order counts there all the same.</summary>
internal sealed record TownBookOrder(string Id, DateTimeOffset PlacedAt, decimal Total, string Currency, string? Tracking);

internal sealed record TownBuyer(string Email, string Name, string Street, string City, string Zip, string Country);

/// <param name="Price">Of one piece.</param>
internal sealed record TownItem(string Sku, string Title, int Quantity, decimal Price);

internal sealed record TownConfirmation(string Tracking, string Carrier, string Reference);

/// <param name="Price"><c>9.95 EUR</c>; null: it stays.</param>
internal sealed record TownListing(string Sku, int? Available = null, string? Price = null);

internal sealed record TownListed(ImmutableArray<TownListingRefusal> Refused);

internal sealed record TownListingRefusal(string Sku, string Reason);
