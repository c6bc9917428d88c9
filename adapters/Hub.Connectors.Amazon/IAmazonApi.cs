using Hub.Connectors.Amazon.Listings;
using Hub.Connectors.Amazon.Orders;
using Hub.Connectors.Amazon.Shipments;
using Refit;

namespace Hub.Connectors.Amazon;

/// <summary>Amazon as it speaks. Lists in queries are parted by commas. It asks callers to say who they are.</summary>
[Headers("User-Agent: Hub/1.0 (Language=CSharp)", "Accept: application/json")]
internal interface IAmazonApi
{
    [Get("/orders/2026-01-01/orders")]
    Task<AmazonOrderPage> SearchOrdersAsync(
        string lastUpdatedAfter, string lastUpdatedBefore, string fulfillmentStatuses, string marketplaceIds, string fulfilledBy, string includedData,
        int maxResultsPerPage, string? paginationToken, CancellationToken cancellationToken);

    [Get("/orders/2026-01-01/orders/{orderId}")]
    Task<AmazonShippedOrder> GetOrderAsync(string orderId, string includedData, CancellationToken cancellationToken);

    [Post("/orders/v0/orders/{orderId}/shipmentConfirmation")]
    Task<IApiResponse> ConfirmShipmentAsync(string orderId, [Body] AmazonConfirmation confirmation, CancellationToken cancellationToken);

    [Patch("/listings/2021-08-01/items/{sellerId}/{sku}")]
    Task<AmazonSubmission> PatchListingAsync(
        string sellerId, string sku, string marketplaceIds, [Body] AmazonPatches patches, CancellationToken cancellationToken);
}
