using System.Text.Json.Serialization;

namespace Hub.Orders;

/// <summary>Where an order stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderStatus>))]
public enum OrderStatus
{
    /// <summary>A marketplace gave it; the shop does not hold it yet.</summary>
    Fetched,

    /// <summary>Entered into the shop; the change feed has not shown it yet.</summary>
    Entered,

    /// <summary>The shop holds it, paid.</summary>
    Received,

    /// <summary>The ERP holds it.</summary>
    Booked,

    /// <summary>The carrier holds it. The last one for channels that want no confirmation.</summary>
    Shipped,

    /// <summary>The channel was told of the shipment.</summary>
    Confirmed,

    /// <summary>A person has to look; the reason says what for.</summary>
    Parked,

    /// <summary>Placed before the intake: history.</summary>
    NotBooked,
}

/// <summary>How a status is said to people.</summary>
public static class OrderStatusText
{
    /// <summary><c>received</c>, <c>not booked</c>, …</summary>
    public static string Text(this OrderStatus status) =>
        status is OrderStatus.NotBooked ? "not booked" : status.ToString().ToLowerInvariant();
}
