using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.Amazon.Shipments;

/// <summary>
/// Tells Amazon of a parcel. The order is read first: it says which parcels Amazon knows, and the ids of the items, which get lost on the way through the
/// shop. The number of the parcel is made of its tracking number, so that the same parcel told twice is one.
/// </summary>
internal sealed class ConfirmAmazonShipment(IAmazonApi api, VendorCalls calls, AmazonOptions options, CrossReferences references, TimeProvider time) : IOrderConfirmation
{
    /// <summary>Carriers whose names are Amazon's codes.</summary>
    private static readonly string[] Known = ["DHL", "FedEx", "UPS", "USPS"];

    public string Channel => options.Channel;

    public Task<CallOutcome<OrderKey>> ConfirmAsync(Order order, Shipment shipment, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel =>
        {
            var known = (await api.GetOrderAsync(order.Key.Id, "FULFILLMENT,PACKAGES", cancel)).Order;
            if ((known.Packages ?? []).Any(package => package?.TrackingNumber == shipment.Tracking.Text))
            {
                return new CallOutcome<OrderKey>.Done(order.Key);
            }

            if (known.Fulfillment?.FulfillmentStatus == "CANCELLED")
            {
                return new CallOutcome<OrderKey>.Refused(
                    $"Amazon has cancelled {order.Key.Id}, and {shipment.Tracking} is on its way: have it stopped, or ask the buyer.");
            }

            if (Pieces(order, shipment, known) is not { } pieces)
            {
                return new CallOutcome<OrderKey>.Refused(
                    $"{shipment.Tracking} holds pieces that the order {order.Key.Id} does not have at Amazon, or that another parcel holds there: {Text(shipment)}. Confirm it in Seller Central.");
            }

            return await TellAsync(order.Key, new AmazonConfirmation(known.SalesChannel.MarketplaceId ?? options.Marketplaces[0], Package(shipment, pieces)), cancel);
        },
        AmazonAnswers.Read<OrderKey>, cancellationToken);

    private async Task<CallOutcome<OrderKey>> TellAsync(OrderKey key, AmazonConfirmation confirmation, CancellationToken cancellationToken)
    {
        using var answer = await api.ConfirmShipmentAsync(key.Id, confirmation, cancellationToken);
        return answer.Error is { } error ? throw error
            : answer.StatusCode == HttpStatusCode.NoContent ? new CallOutcome<OrderKey>.Done(key)
            : new CallOutcome<OrderKey>.Unknown($"Amazon answered a confirmation with {(int?)answer.StatusCode}, not with 204.");
    }

    private AmazonPackage Package(Shipment shipment, ImmutableArray<AmazonPieces> pieces)
    {
        var code = references.Find(CrossReferences.Services, shipment.Carrier) ?? Known.FirstOrDefault(name => name.Equals(shipment.Carrier, StringComparison.OrdinalIgnoreCase));
        return new AmazonPackage(NumberOf(shipment.Tracking), code ?? "Other", shipment.Tracking.Text, (shipment.ShippedAt ?? time.GetUtcNow()).ToUniversalTime(), pieces)
        {
            CarrierName = code is null ? shipment.Carrier : null,
            ShippingMethod = shipment.Service,
        };
    }

    /// <summary>Which of Amazon's items the parcel's pieces are; null where they are none of those that are open.</summary>
    private ImmutableArray<AmazonPieces>? Pieces(Order order, Shipment shipment, AmazonShippedState known)
    {
        var open = known.OrderItems.Select(item => (item.OrderItemId, item.Product.SellerSku, Left: item.Fulfillment?.QuantityUnfulfilled ?? item.QuantityOrdered)).ToList();
        if (shipment.Lines.IsDefaultOrEmpty)
        {
            // All of the order: whatever is open there.
            ImmutableArray<AmazonPieces> all = [.. open.Where(item => item.Left > 0).Select(item => new AmazonPieces(item.OrderItemId, item.Left))];
            return all.IsEmpty ? null : all;
        }

        var pieces = ImmutableArray.CreateBuilder<AmazonPieces>();
        foreach (var line in shipment.Lines)
        {
            var listing = references.Of(CrossReferences.Items, line.Sku.Text);
            var left = line.Quantity;
            foreach (var item in open.Where(item => item.SellerSku == listing && item.Left > 0).ToList())
            {
                var taken = Math.Min(left, item.Left);
                if (taken > 0)
                {
                    pieces.Add(new AmazonPieces(item.OrderItemId, taken));
                    open[open.IndexOf(item)] = item with { Left = item.Left - taken };
                    left -= taken;
                }
            }

            if (left > 0)
            {
                return null;
            }
        }

        return pieces.ToImmutable();
    }

    /// <summary>Nine digits: two parcels of an order get the same once in a thousand million.</summary>
    private static string NumberOf(TrackingNumber tracking)
    {
        var hash = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(tracking.Text)));
        return ((hash % 999_999_999) + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static string Text(Shipment shipment) => shipment.Lines.IsDefaultOrEmpty ? "all" : string.Join(", ", shipment.Lines.Select(line => $"{line.Quantity} {line.Sku}"));
}
