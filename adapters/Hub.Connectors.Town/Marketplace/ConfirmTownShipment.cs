using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Marketplace;

/// <summary>Tells the marketplace the tracking number; the same one again is accepted.</summary>
internal sealed class ConfirmTownShipment(ITownMarketplaceApi marketplace, VendorCalls calls, TownMarketplaceOptions options) : IOrderConfirmation
{
    public string Channel => options.Channel;

    public Task<CallOutcome<OrderKey>> ConfirmAsync(Order order, Shipment shipment, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await marketplace.PostShipmentAsync(
                order.Key.Id, new TownConfirmation(shipment.Tracking.Text, shipment.Carrier, order.Key.ToString()), cancel);
            return order.Key;
        },
        cancellationToken);
}
