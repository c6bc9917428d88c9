using System.Text.Json.Serialization;

namespace Hub.Orders;

/// <summary>Whose an order is, by when it was placed and how its channel stood then.</summary>
/// <param name="Owner">Who books it.</param>
/// <param name="OldReference">Under which reference the old export would have booked it; null: not known.</param>
/// <param name="AtTheEdge">It was placed so near to a change of hands that the other may have booked it: it is looked up before it is booked.</param>
public sealed record Ownership(OrderOwner Owner, string? OldReference = null, bool AtTheEdge = false);

/// <summary>Who books an order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderOwner>))]
public enum OrderOwner
{
    /// <summary>The hub does.</summary>
    Hub,

    /// <summary>The old export does, and the hub looks on: it compares what it would have booked.</summary>
    OldExport,

    /// <summary>Not the hub, which does not look either.</summary>
    Off,
}
