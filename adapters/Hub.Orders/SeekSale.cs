using Hub.Commerce;

namespace Hub.Orders;

/// <summary>A time-out: by now the old export may have booked an observed order.</summary>
/// <param name="Number">How often it was looked for before.</param>
public sealed record LookForSale(int Number) : OrderMessage;

/// <summary>Look, without changing anything, what the old export booked of an order at the ERP.</summary>
/// <param name="OldReference">Its reference there; null: only the order's key is looked for.</param>
public sealed record SeekSale(Order Order, string? OldReference = null) : OrderCommand;

/// <summary>What stands at the ERP that the hub did not book.</summary>
/// <param name="Sale">Null: nothing.</param>
/// <param name="Total">Its sum; null where the ERP does not tell it.</param>
/// <param name="Reference">Under which it was found.</param>
public sealed record SaleSought(SaleNumber? Sale = null, Money? Total = null, string? Reference = null) : OrderMessage;
