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

    /// <summary>Some of its pieces are with the carrier, others are not.</summary>
    PartlyShipped,

    /// <summary>The carrier holds all of it. The last one for channels that want no confirmation.</summary>
    Shipped,

    /// <summary>The channel was told of all shipments.</summary>
    Confirmed,

    /// <summary>Cancelled: no label and no sale of it stands.</summary>
    Cancelled,

    /// <summary>A person has to look; the reason says what for.</summary>
    Parked,

    /// <summary>Placed before the intake: history. Or its channel is off.</summary>
    NotBooked,

    /// <summary>It belongs to the old export, and the hub only looks on.</summary>
    Observed,
}

/// <summary>Where a parcel stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ParcelStatus>))]
public enum ParcelStatus
{
    /// <summary>The carrier is being asked.</summary>
    Ordered,

    /// <summary>The carrier holds it.</summary>
    Shipped,

    /// <summary>The channel knows of it.</summary>
    Confirmed,

    /// <summary>The carrier is being asked to take the label back.</summary>
    Voiding,

    /// <summary>The label was given back.</summary>
    Voided,
}

/// <summary>Who says what goes into which parcel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ShippingMode>))]
public enum ShippingMode
{
    /// <summary>All goes in one parcel, as soon as it is booked.</summary>
    AtOnce,

    /// <summary>A warehouse or a person does: <see cref="ShipParcel"/>.</summary>
    OnRequest,

    /// <summary>The ERP ships by itself and tells of it: <see cref="GoodsShipped"/>. The hub buys no label.</summary>
    ByErp,
}

/// <summary>How a status is said to people.</summary>
public static class OrderStatusText
{
    /// <summary><c>received</c>, <c>not booked</c>, …</summary>
    public static string Text(this OrderStatus status) => status switch
    {
        OrderStatus.NotBooked => "not booked",
        OrderStatus.PartlyShipped => "partly shipped",
        _ => status.ToString().ToLowerInvariant(),
    };
}
