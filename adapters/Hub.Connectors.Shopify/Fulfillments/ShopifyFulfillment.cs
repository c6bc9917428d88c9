using System.Collections.Immutable;

namespace Hub.Connectors.Shopify.Fulfillments;

/// <summary>What of an order is told already, and what is still to be sent.</summary>
internal sealed record ShopifyFulfillments(
    DateTimeOffset? CancelledAt, ImmutableArray<ShopifyFulfillment> Fulfillments, ShopifyList<ShopifyFulfillmentOrder> FulfillmentOrders);

/// <summary>A parcel that the buyer was told of.</summary>
internal sealed record ShopifyFulfillment(string Status, ShopifyNode? Location, ImmutableArray<ShopifyTracking> TrackingInfo)
{
    public bool Has(string tracking) => Status is not ("CANCELLED" or "ERROR" or "FAILURE")
        && !TrackingInfo.IsDefault && TrackingInfo.Any(info => info?.Number == tracking);
}

internal sealed record ShopifyTracking(string? Number);

/// <summary>What is to be sent from one location.</summary>
internal sealed record ShopifyFulfillmentOrder(
    string Id, string Status, ShopifyAssignedLocation AssignedLocation, ImmutableArray<ShopifyHold> FulfillmentHolds)
{
    public bool IsOpen => Status is "OPEN" or "IN_PROGRESS";

    /// <summary>Something is left to send, and it may not be sent now.</summary>
    public bool IsHeld => !IsOpen && Status is not ("CLOSED" or "CANCELLED");

    public string Location => AssignedLocation.Location?.Id ?? "";
}

internal sealed record ShopifyAssignedLocation(ShopifyNode? Location);

internal sealed record ShopifyHold(string DisplayReason, string? ReasonNotes);

/// <param name="Id">Of the line in the fulfillment order; <paramref name="LineItem"/> is the order's.</param>
internal sealed record ShopifyFulfillmentLine(string Id, int RemainingQuantity, string? Sku, ShopifyNode LineItem);

internal sealed record ShopifyFulfilled(ShopifyNode? Fulfillment, ImmutableArray<ShopifyUserError> UserErrors) : IShopifyPayload;
