using Hub.Commerce;

namespace Hub.Orders;

/// <summary>Book the order at the ERP, with its key as the reference there.</summary>
public sealed record BookOrder(Order Order) : OrderCommand
{
    /// <summary>Not null: whoever looks for the order's key looks for this reference of the old export's, too.</summary>
    public string? OldReference { get; init; }
}

/// <summary>The ERP holds it.</summary>
public sealed record OrderBooked(SaleNumber Sale) : OrderMessage;
