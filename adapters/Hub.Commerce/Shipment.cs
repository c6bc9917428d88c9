using System.Collections.Immutable;

namespace Hub.Commerce;

/// <summary>A parcel that a carrier has taken on.</summary>
/// <param name="Carrier">The carrier's name as the buyer knows it.</param>
/// <param name="Label">Where the label to print is, if the carrier gave an address.</param>
public sealed record Shipment(TrackingNumber Tracking, string Carrier, string? Label = null)
{
    /// <summary>The carrier's id of the shipment or label, where it is not the tracking number: it is voided by that.</summary>
    public string? Id { get; init; }

    /// <summary>The carrier's own code of the service.</summary>
    public string? Service { get; init; }

    /// <summary>What the label cost, if the carrier said so.</summary>
    public Money? Cost { get; init; }

    /// <summary>When it left, if that is known; UTC.</summary>
    public DateTimeOffset? ShippedAt { get; init; }

    /// <summary>What is in it; empty: all of the order.</summary>
    public ImmutableArray<ParcelLine> Lines { get; init; } = [];
}
