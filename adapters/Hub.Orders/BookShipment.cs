using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Orders;

/// <summary>These pieces are packed, or are to be: have them shipped. What no parcel holds may follow in another.</summary>
/// <param name="Id">Who asks calls the parcel so; the same id again is the same parcel.</param>
/// <param name="Lines">What goes into it; empty: all that remains.</param>
public sealed record ShipParcel(string Id, ImmutableArray<ParcelLine> Lines) : OrderMessage;

/// <summary>Have the carrier take it on, with the parcel's reference as the reference there.</summary>
public sealed record BookShipment(Parcel Parcel) : OrderCommand
{
    public override int OfParcel => Parcel.Number;
}

/// <summary>The carrier holds it, and the label is made.</summary>
/// <param name="Parcel">The parcel's number.</param>
public sealed record ShipmentBooked(Shipment Shipment, int Parcel = 1) : OrderMessage;

/// <summary>The ERP shipped some pieces by itself.</summary>
/// <param name="Id">The ERP's id of the shipment: the same one again changes nothing.</param>
public sealed record GoodsShipped(string Id, Shipment Shipment) : OrderMessage;
