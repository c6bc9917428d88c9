using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Connectors;

/// <summary>Takes on parcels and makes their labels: a carrier.</summary>
public interface IShipmentBooking
{
    /// <summary>How long after a call without answer the vendor may still carry it out.</summary>
    TimeSpan Window { get; }

    /// <summary>Orders the shipment with the parcel's reference as ours. A second call would be a second paid label.</summary>
    Task<CallOutcome<Shipment>> ShipAsync(Parcel parcel, CancellationToken cancellationToken);

    /// <summary>The shipment that has this parcel's reference, or null. One that was voided is none.</summary>
    Task<CallOutcome<Shipment?>> FindAsync(Parcel parcel, CancellationToken cancellationToken);

    /// <summary>Gives the label back; one that was given back already is <see cref="CallOutcome{T}.Done"/>. Refused where the parcel is on its way.</summary>
    Task<CallOutcome<Shipment>> VoidAsync(Parcel parcel, Shipment shipment, CancellationToken cancellationToken);
}

/// <summary>What a shipment would cost, by service: a carrier.</summary>
public interface IShippingRates
{
    /// <summary>The services that take the parcel, the cheapest first.</summary>
    Task<CallOutcome<ImmutableArray<ShippingRate>>> RateAsync(Parcel parcel, CancellationToken cancellationToken);
}

/// <summary>A carrier's offer.</summary>
/// <param name="Service">The carrier's own code of the service.</param>
/// <param name="Days">Days in transit, where the carrier says so.</param>
public sealed record ShippingRate(string Service, Money Cost, int? Days = null);

/// <summary>Says which goods of booked orders left the house: an ERP or a warehouse that ships by itself.</summary>
public interface IShipmentSource
{
    /// <summary>Shipments changed at or after <paramref name="since"/>, by the source's clock, the oldest first; the same one may come again.</summary>
    /// <param name="page">The page to read, from <see cref="ShipmentPage.Next"/>; null for the first.</param>
    Task<CallOutcome<ShipmentPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken);
}

/// <summary>A page of shipments.</summary>
/// <param name="Latest">The latest time of change among them, by the source's clock: the next poll's cursor.</param>
/// <param name="Next">The page after it, or null where this is the last.</param>
public sealed record ShipmentPage(ImmutableArray<ShippedOrder> Shipments, DateTimeOffset? Latest, string? Next);

/// <summary>Goods of an order that left the house.</summary>
/// <param name="Id">The source's id of the shipment: the same one twice counts once.</param>
public sealed record ShippedOrder(OrderKey Order, string Id, Shipment Shipment);
