using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Marketplace;

/// <summary>Tells the marketplace the tracking number; the same one again is accepted.</summary>
internal sealed class ConfirmTownShipment(ITownMarketplaceApi marketplace, VendorCalls calls, TownMarketplaceOptions options) : IOrderConfirmation
{
    public string Channel => options.Channel;

    public Task<CallOutcome<OrderKey>> ConfirmAsync(OrderKey key, Shipment shipment, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await marketplace.PostShipmentAsync(
                key.Id, new TownConfirmation(shipment.Tracking.Text, shipment.Carrier, key.ToString()), cancel);
            return key;
        },
        cancellationToken);
}
