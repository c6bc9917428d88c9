using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.BusinessCentral.Shipments;

/// <summary>Posted shipments, each with its own goods. They are polled: Business Central notifies nobody of them.</summary>
internal sealed class FetchSalesShipments(IBusinessCentralApi api, VendorCalls calls, BusinessCentralOptions options, CrossReferences references) : IShipmentSource
{
    public Task<CallOutcome<ShipmentPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            var from = since > DateTimeOffset.UnixEpoch + options.Overlap ? since - options.Overlap : DateTimeOffset.UnixEpoch;
            var query = page is null
                ? BusinessCentralQuery.Where($"lastModifiedDateTime ge {BusinessCentralQuery.Time(from)}", expand: "salesShipmentLines")
                : BusinessCentralQuery.Next(page);
            var fetched = await api.GetShipmentsAsync(options.Company!.Value, query, cancel);
            return new ShipmentPage(
                [.. fetched.Entries.SelectMany(Shipped)],
                fetched.Entries.Select(shipment => Time(shipment.LastModifiedDateTime)).Max(),
                BusinessCentralQuery.Of(fetched.Next));
        },
        cancellationToken);

    /// <summary>None for a shipment of an order that is not the hub's.</summary>
    private IEnumerable<ShippedOrder> Shipped(SalesShipment shipment)
    {
        var lines = (shipment.SalesShipmentLines ?? []).SelectMany(Read).ToImmutableArray();
        if (OrderKey.TryParse(shipment.ExternalDocumentNumber, out var order) && TrackingNumber.TryParse(shipment.Number, out var number) && lines.Length > 0)
        {
            yield return new ShippedOrder(order, number.Text, new Shipment(number, options.Carrier)
            {
                Id = number.Text,
                ShippedAt = Time(shipment.PostingDate),
                Lines = lines,
            });
        }
    }

    private IEnumerable<ParcelLine> Read(JsonElement line)
    {
        // Shipping costs are a line of the shipment too, and no goods.
        if (line.ValueKind == JsonValueKind.Object && line.TryGetProperty("lineObjectNumber", out var number) && number.ToString() != options.ShippingItem
            && line.TryGetProperty("quantity", out var quantity) && quantity.ValueKind == JsonValueKind.Number
            && quantity.GetDecimal() is var pieces and >= 1 and <= int.MaxValue)
        {
            foreach (var key in references.KeysOf(CrossReferences.Items, number.ToString()).Where(key => Sku.TryParse(key, out _)).Take(1))
            {
                yield return new ParcelLine(Sku.Parse(key), (int)pieces);
            }
        }
    }

    /// <summary>A time or a day; null for none, and for the first day of the calendar, by which Business Central says none.</summary>
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1 ? time : null;
}
