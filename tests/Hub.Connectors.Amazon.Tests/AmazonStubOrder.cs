using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;

namespace Hub.Connectors.Amazon.Tests;

/// <summary>Writes an order as Amazon does.</summary>
internal static class AmazonStubOrder
{
    public static JsonObject Write(Order order, DateTimeOffset changedAt, string status) => new()
    {
        ["orderId"] = order.Key.Id,
        ["createdTime"] = Text(order.PlacedAt),
        ["lastUpdatedTime"] = Text(changedAt),
        ["programs"] = new JsonArray("PRIME"),
        ["salesChannel"] = new JsonObject { ["channelName"] = "AMAZON", ["marketplaceId"] = AmazonTestOptions.Germany, ["marketplaceName"] = "Amazon.de" },
        ["buyer"] = new JsonObject { ["buyerName"] = order.Buyer.Name, ["buyerEmail"] = order.Buyer.Email },
        ["recipient"] = new JsonObject
        {
            ["deliveryAddress"] = new JsonObject
            {
                ["name"] = order.ShipTo.Name,
                ["addressLine1"] = order.ShipTo.Street,
                ["addressLine2"] = "",
                ["city"] = order.ShipTo.City,
                ["postalCode"] = order.ShipTo.Zip,
                ["countryCode"] = order.ShipTo.Country,
                ["addressType"] = "RESIDENTIAL",
            },
        },
        ["proceeds"] = new JsonObject { ["grandTotal"] = Money(order.Total) },
        ["payment"] = new JsonObject { ["paymentExecutions"] = new JsonArray(new JsonObject { ["paymentMethod"] = "CreditCard" }) },
        ["fulfillment"] = new JsonObject
        {
            ["fulfillmentStatus"] = status,
            ["fulfilledBy"] = "MERCHANT",
            ["fulfillmentServiceLevel"] = "STANDARD",
        },
        ["orderItems"] = new JsonArray([.. order.Lines.Select((line, i) => Item(line, i))]),
        ["packages"] = new JsonArray(),
    };

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static JsonObject Money(Money money) =>
        new() { ["amount"] = money.Amount.ToString(CultureInfo.InvariantCulture), ["currencyCode"] = money.Currency };

    private static JsonObject Item(OrderLine line, int number) => new()
    {
        ["orderItemId"] = line.Id ?? (10_000_000_000_000 + number).ToString(CultureInfo.InvariantCulture),
        ["quantityOrdered"] = line.Quantity,
        ["product"] = new JsonObject
        {
            ["asin"] = "B08N5WRWNW",
            ["title"] = line.Name,
            ["sellerSku"] = line.Sku.Text,
            ["price"] = new JsonObject { ["unitPrice"] = Money(line.UnitPrice) },
        },
        ["fulfillment"] = new JsonObject { ["quantityFulfilled"] = 0, ["quantityUnfulfilled"] = line.Quantity },
    };
}
