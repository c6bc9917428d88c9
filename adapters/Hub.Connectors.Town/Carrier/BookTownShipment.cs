using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Carrier;

/// <summary>An order becomes a parcel with a paid label; a second call would be a second one.</summary>
internal sealed class BookTownShipment(ITownCarrierApi carrier, VendorCalls calls, TownCarrierOptions options) : IShipmentBooking
{
    private const string CarrierName = "Town Carrier";

    public TimeSpan Window => options.Window;

    public Task<CallOutcome<Shipment>> ShipAsync(Order order, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => FromTown(await carrier.PostShipmentAsync(ToTown(order), cancel)), cancellationToken);

    public Task<CallOutcome<Shipment?>> FindAsync(OrderKey key, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await carrier.GetShipmentsAsync(key.ToString(), cancel)) is [var shipment, ..] ? FromTown(shipment) : null,
        cancellationToken);

    private NewTownShipment ToTown(Order order)
    {
        var to = order.ShipTo;
        return new NewTownShipment(
            order.Key.ToString(), new TownDestination(to.Name, to.Street, to.City, to.Zip, to.Country),
            order.Lines.Sum(line => line.Quantity) * options.GramsPerPiece);
    }

    private static Shipment FromTown(TownShipment shipment) =>
        new(TrackingNumber.Parse(shipment.Tracking), CarrierName, shipment.Label);
}
