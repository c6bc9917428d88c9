using Hub.Commerce;

namespace Hub.Orders;

/// <summary>What is known of an order on its way.</summary>
/// <param name="Source">The connector that fetched it, if one did.</param>
/// <param name="ShopNumber">What the shop calls it, once that is known.</param>
/// <param name="Reason">Why it is parked, or what it waits for that should have come; for people.</param>
/// <param name="ParkedAt">The command whose failure parked it.</param>
public sealed record OrderState(
    Order Order,
    OrderStatus Status,
    string? Source = null,
    string? ShopNumber = null,
    SaleNumber? Sale = null,
    Shipment? Shipment = null,
    string? Reason = null,
    string? ParkedAt = null);
