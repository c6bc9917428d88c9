using Hub.Commerce;

namespace Hub.Orders;

/// <summary>Have the carrier take it on, with the parcel's reference as the reference there.</summary>
public sealed record BookShipment(Parcel Parcel) : OrderCommand;

/// <summary>The carrier holds it, and the label is made.</summary>
public sealed record ShipmentBooked(Shipment Shipment) : OrderMessage;
