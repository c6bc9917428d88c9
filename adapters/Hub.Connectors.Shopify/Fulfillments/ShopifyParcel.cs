using Hub.Commerce;

namespace Hub.Connectors.Shopify.Fulfillments;

/// <summary>Shares a parcel's pieces out to the lines that Shopify still waits for.</summary>
internal static class ShopifyParcel
{
    /// <summary>The parts of the parcel, all of one location's fulfillment orders; null: they don't hold that many.</summary>
    public static IReadOnlyList<ShopifyParcelPart>? Fill(
        Order order, Shipment shipment, IEnumerable<(string FulfillmentOrder, IReadOnlyList<ShopifyFulfillmentLine> Lines)> waiting)
    {
        var left = shipment.Lines.GroupBy(line => line.Sku).ToDictionary(lines => lines.Key, lines => lines.Sum(line => line.Quantity));
        var parts = new List<ShopifyParcelPart>();
        foreach (var (fulfillmentOrder, lines) in waiting)
        {
            var taken = new List<(string Line, int Quantity)>();
            foreach (var line in lines.Where(line => line.RemainingQuantity > 0))
            {
                if (SkuOf(order, line) is { } sku && left.GetValueOrDefault(sku) is > 0 and var wanted)
                {
                    var quantity = Math.Min(wanted, line.RemainingQuantity);
                    left[sku] -= quantity;
                    taken.Add((line.Id, quantity));
                }
            }

            if (taken.Count > 0)
            {
                parts.Add(new ShopifyParcelPart(fulfillmentOrder, taken));
            }
        }

        return left.Values.All(pieces => pieces == 0) ? parts : null;
    }

    /// <summary>By the order's own line; what Shopify calls the article may differ from what the hub does.</summary>
    private static Sku? SkuOf(Order order, ShopifyFulfillmentLine line) =>
        order.Lines.FirstOrDefault(ours => ours.Id == line.LineItem.Id)?.Sku ?? (Sku.TryParse(line.Sku, out var sku) ? sku : null);
}
