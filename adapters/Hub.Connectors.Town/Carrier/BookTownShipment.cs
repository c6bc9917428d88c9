using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Carrier;

/// <summary>An order becomes a parcel with a paid label; a second call would be a second one.</summary>
internal sealed class BookTownShipment(ITownCarrierApi carrier, VendorCalls calls, TownCarrierOptions options) : IShipmentBooking
{
    private const string CarrierName = "Town Carrier";

    public TimeSpan Window => options.Window;

    public Task<CallOutcome<Shipment>> ShipAsync(Parcel parcel, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => FromTown(await carrier.PostShipmentAsync(ToTown(parcel), cancel)) with { Lines = parcel.Lines }, cancellationToken);

    public Task<CallOutcome<Shipment?>> FindAsync(Parcel parcel, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await carrier.GetShipmentsAsync(parcel.Reference, cancel)).FirstOrDefault(shipment => !shipment.Voided) is { } shipment
            ? FromTown(shipment) with { Lines = parcel.Lines }
            : null,
        cancellationToken);

    public Task<CallOutcome<Shipment>> VoidAsync(Parcel parcel, Shipment shipment, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await carrier.VoidShipmentAsync(shipment.Tracking.Text, cancel);
            return shipment;
        },
        cancellationToken);

    private NewTownShipment ToTown(Parcel parcel)
    {
        var to = parcel.Order.ShipTo;
        return new NewTownShipment(
            parcel.Reference, new TownDestination(to.Name, to.Street, to.City, to.Zip, to.Country),
            parcel.Pieces * options.GramsPerPiece);
    }

    private static Shipment FromTown(TownShipment shipment) =>
        new(TrackingNumber.Parse(shipment.Tracking), CarrierName, shipment.Label);
}
