using Hub.Commerce;

namespace Hub.Orders;

/// <summary>Tell the order's channel that it is on its way.</summary>
/// <param name="Source">The connector that fetched the order; null where the order came through the shop's own door.</param>
public sealed record ConfirmShipment(Order Order, string? Source, Shipment Shipment) : OrderCommand;

/// <summary>The channel knows. Channels that want no confirmation send none, and their orders end as shipped.</summary>
public sealed record ShipmentConfirmed : OrderMessage;
