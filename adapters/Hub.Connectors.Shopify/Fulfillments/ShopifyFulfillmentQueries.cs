using System.Text.Json.Nodes;
using Hub.Commerce;

namespace Hub.Connectors.Shopify.Fulfillments;

/// <summary>What Shopify is asked and told about parcels.</summary>
internal static class ShopifyFulfillmentQueries
{
    /// <summary>Parcels and fulfillment orders that an order may have; one with more is refused.</summary>
    public const int Most = 50;

    private const int LinesPerPage = 100;

    private const string Order = """
        query HubFulfillments($id: ID!, $most: Int!) {
          order(id: $id) {
            cancelledAt
            fulfillments(first: $most) { status location { id } trackingInfo(first: 5) { number } }
            fulfillmentOrders(first: $most) {
              pageInfo { hasNextPage endCursor }
              nodes { id status assignedLocation { location { id } } fulfillmentHolds { displayReason reasonNotes } }
            }
          }
        }
        """;

    private const string Lines = """
        query HubFulfillmentLines($id: ID!, $first: Int!, $after: String) {
          fulfillmentOrder(id: $id) {
            lineItems(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id remainingQuantity sku lineItem { id } } }
          }
        }
        """;

    private const string Create = """
        mutation HubFulfill($fulfillment: FulfillmentInput!) {
          fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } }
        }
        """;

    public static ShopifyQuery Of(OrderKey key) => new(
        Order, new JsonObject { ["id"] = ShopifyId.Of("Order", key.Id), ["most"] = Most }, Cost: 3 + (Most * 11));

    public static ShopifyQuery LinesOf(string fulfillmentOrder, string? after) => new(
        Lines, new JsonObject { ["id"] = fulfillmentOrder, ["first"] = LinesPerPage, ["after"] = after }, Cost: 4 + (LinesPerPage * 2));

    /// <param name="parts">Fulfillment orders of one location; without lines, all that is left of them.</param>
    public static ShopifyQuery Tell(Shipment shipment, IEnumerable<ShopifyParcelPart> parts, bool notify) => new(
        Create,
        new JsonObject
        {
            ["fulfillment"] = new JsonObject
            {
                ["notifyCustomer"] = notify,
                ["trackingInfo"] = new JsonObject { ["number"] = shipment.Tracking.Text, ["company"] = shipment.Carrier },
                ["lineItemsByFulfillmentOrder"] = new JsonArray([.. parts.Select(Part)]),
            },
        },
        Cost: 10);

    private static JsonNode Part(ShopifyParcelPart part)
    {
        var node = new JsonObject { ["fulfillmentOrderId"] = part.FulfillmentOrder };
        if (part.Lines.Count > 0)
        {
            node["fulfillmentOrderLineItems"] = new JsonArray([.. part.Lines.Select(line => (JsonNode)new JsonObject { ["id"] = line.Line, ["quantity"] = line.Quantity })]);
        }

        return node;
    }
}

/// <summary>What a parcel holds of one fulfillment order; no lines: all that is left of it.</summary>
internal sealed record ShopifyParcelPart(string FulfillmentOrder, IReadOnlyList<(string Line, int Quantity)> Lines);
