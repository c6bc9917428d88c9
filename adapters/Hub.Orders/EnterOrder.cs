using Hub.Commerce;

namespace Hub.Orders;

/// <summary>A marketplace gave an order.</summary>
/// <param name="Source">The connector that fetched it, and that is told of the shipment.</param>
/// <param name="Intake">Orders placed before it are history: kept, and not booked. A marketplace gives those too, once somebody changes them. UTC.</param>
public sealed record OrderFetched(Order Order, string Source, DateTimeOffset? Intake = null) : OrderMessage
{
    /// <summary>Whose it is; null: the hub's.</summary>
    public Ownership? Ownership { get; init; }
}

/// <summary>Enter it into the shop, with its key as the reference there.</summary>
public sealed record EnterOrder(Order Order) : OrderCommand;

/// <summary>The shop holds it under this number; the change feed will show it.</summary>
public sealed record OrderEntered(string Number) : OrderMessage;

/// <summary>A time-out: the change feed should have shown the entered order by now.</summary>
public sealed record EntryUnseen : OrderMessage;
