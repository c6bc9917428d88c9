using System.Collections.Immutable;

namespace Hub.Connectors.Amazon.Shipments;

/// <summary>Tells of a parcel: operation confirmShipment.</summary>
internal sealed record AmazonConfirmation(string MarketplaceId, AmazonPackage PackageDetail);

/// <param name="PackageReferenceId">A positive number, written as a text; the same one again is the same parcel.</param>
internal sealed record AmazonPackage(
    string PackageReferenceId, string CarrierCode, string TrackingNumber, DateTimeOffset ShipDate, ImmutableArray<AmazonPieces> OrderItems)
{
    public string? CarrierName { get; init; }

    public string? ShippingMethod { get; init; }
}

internal sealed record AmazonPieces(string OrderItemId, int Quantity);

/// <summary>What Amazon knows of an order's shipments: operation getOrder.</summary>
internal sealed record AmazonShippedOrder(AmazonShippedState Order);

internal sealed record AmazonShippedState(AmazonSalesChannel SalesChannel, ImmutableArray<AmazonShippedItem> OrderItems)
{
    public AmazonShippedStatus? Fulfillment { get; init; }

    public ImmutableArray<AmazonKnownPackage>? Packages { get; init; }
}

internal sealed record AmazonShippedStatus(string? FulfillmentStatus = null);

internal sealed record AmazonSalesChannel(string? MarketplaceId = null);

internal sealed record AmazonShippedItem(string OrderItemId, int QuantityOrdered, AmazonShippedProduct Product)
{
    public AmazonShippedPieces? Fulfillment { get; init; }
}

internal sealed record AmazonShippedProduct(string? SellerSku = null);

internal sealed record AmazonShippedPieces(int? QuantityUnfulfilled = null);

internal sealed record AmazonKnownPackage(string? TrackingNumber = null);
