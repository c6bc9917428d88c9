using System.Collections.Immutable;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Carrier;

/// <summary>The carrier's own books: each label, by its reference.</summary>
internal sealed class ListTownShipments(ITownCarrierApi carrier, VendorCalls calls) : ILabelBook
{
    public Task<CallOutcome<BookPage>> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => new BookPage([.. (await carrier.ListShipmentsAsync(from, until, cancel)).Select(FromTown)], null), cancellationToken);

    public Task<CallOutcome<ImmutableArray<BookEntry>>> FindAsync(string reference, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await carrier.GetShipmentsAsync(reference, cancel)).Select(FromTown).ToImmutableArray(), cancellationToken);

    private static BookEntry FromTown(TownShipment shipment) => new(shipment.Reference, shipment.Tracking, shipment.MadeAt) { Void = shipment.Voided };
}
