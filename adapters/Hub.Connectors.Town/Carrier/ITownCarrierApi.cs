using System.Collections.Immutable;
using Refit;

namespace Hub.Connectors.Town.Carrier;

/// <summary>The town's carrier as it speaks.</summary>
internal interface ITownCarrierApi
{
    [Post("/shipments")]
    Task<TownShipment> PostShipmentAsync([Body] NewTownShipment shipment, CancellationToken cancellationToken);

    [Delete("/shipments/{tracking}")]
    Task VoidShipmentAsync(string tracking, CancellationToken cancellationToken);

    [Get("/shipments")]
    Task<ImmutableArray<TownShipment>> GetShipmentsAsync(string reference, CancellationToken cancellationToken);

    [Get("/shipments")]
    Task<ImmutableArray<TownShipment>> ListShipmentsAsync(
        [Query(Format = "O")] DateTimeOffset from, [Query(Format = "O")] DateTimeOffset until, CancellationToken cancellationToken);
}

/// <param name="Weight">Grams.</param>
internal sealed record NewTownShipment(string Reference, TownDestination Address, int Weight);

internal sealed record TownDestination(string Name, string Street, string City, string Zip, string Country);

internal sealed record TownShipment(string Reference, string Tracking, string Label, DateTimeOffset MadeAt, bool Voided);
