using System.Text.Json.Serialization;
using Hub.Commerce;

namespace Hub.Orders;

/// <summary>Tell the order's channel that a parcel is on its way.</summary>
/// <param name="Source">The connector that fetched the order; null where the order came through the shop's own door.</param>
/// <param name="Parcel">The parcel's number.</param>
public sealed record ConfirmShipment(
    Order Order, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Source, Shipment Shipment, int Parcel = 1) : OrderCommand
{
    public override int OfParcel => Parcel;
}

/// <summary>The channel knows. Channels that want no confirmation send none, and their orders end as shipped.</summary>
/// <param name="Parcel">The parcel's number.</param>
public sealed record ShipmentConfirmed(int Parcel = 1) : OrderMessage;
