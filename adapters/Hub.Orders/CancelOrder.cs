using Hub.Commerce;

namespace Hub.Orders;

/// <summary>The buyer, the channel or a person wants the order cancelled. What was done is undone as far as the other systems let it.</summary>
/// <param name="Reason">Who, and why; a clause for people.</param>
public sealed record CancelOrder(string Reason) : OrderMessage;

/// <summary>Give the label back.</summary>
public sealed record VoidShipment(Parcel Parcel, Shipment Shipment) : OrderCommand
{
    public override int OfParcel => Parcel.Number;
}

/// <summary>The label is given back.</summary>
/// <param name="Parcel">The parcel's number.</param>
public sealed record ShipmentVoided(int Parcel = 1) : OrderMessage;

/// <summary>Cancel the sale at the ERP.</summary>
public sealed record CancelSale(OrderKey Key, SaleNumber Sale) : OrderCommand;

/// <summary>The ERP cancelled it.</summary>
public sealed record SaleCancelled : OrderMessage;
