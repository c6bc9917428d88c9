using Hub.Commerce;

namespace Hub.Orders;

/// <summary>The shop holds a paid order: the change feed showed it. The same order again changes nothing.</summary>
/// <param name="Intake">Orders placed before it are history: kept, and not booked. UTC.</param>
/// <param name="Shipping">Who says what goes into which parcel.</param>
public sealed record ReceiveOrder(Order Order, DateTimeOffset Intake, ShippingMode Shipping = ShippingMode.AtOnce) : OrderMessage
{
    /// <summary>Whose it is; null: the hub's.</summary>
    public Ownership? Ownership { get; init; }
}
