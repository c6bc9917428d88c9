using Hub.Commerce;

namespace Hub.Orders;

/// <summary>Have the carrier take it on, with the order's key as the reference there.</summary>
public sealed record BookShipment(Order Order) : OrderCommand;

/// <summary>The carrier holds it, and the label is made.</summary>
public sealed record ShipmentBooked(Shipment Shipment) : OrderMessage;
