using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>The shop's orders and their parcels.</summary>
public sealed partial class ShopifyStub
{
    public const string Berlin = "gid://shopify/Location/1";
    public const string Lyon = "gid://shopify/Location/2";
    private readonly Dictionary<string, JsonObject> _orders = [];

    /// <summary>The shop has this order now, or has it changed.</summary>
    public void Place(Order order, DateTimeOffset changedAt, Action<JsonObject>? change = null)
    {
        var id = Gid("Order", order.Key.Id);
        var lines = order.Lines.Select((line, i) => (JsonNode)LineNode(order.Key, line, i)).ToArray();
        var node = new JsonObject
        {
            ["id"] = id,
            ["name"] = $"#{order.Number}",
            ["updatedAt"] = Write(changedAt),
            ["processedAt"] = Write(order.PlacedAt),
            ["cancelledAt"] = null,
            ["test"] = false,
            ["displayFinancialStatus"] = "PAID",
            ["displayFulfillmentStatus"] = "UNFULFILLED",
            ["requiresShipping"] = true,
            ["taxesIncluded"] = true,
            ["email"] = order.Buyer.Email,
            ["paymentGatewayNames"] = new JsonArray("shopify_payments"),
            ["customer"] = new JsonObject { ["id"] = "gid://shopify/Customer/17" },
            ["currentTotalPriceSet"] = Money(order.Total),
            ["currentShippingPriceSet"] = Money(new Money(0, order.Total.Currency)),
            ["shippingLine"] = new JsonObject { ["title"] = "Standard" },
            ["shippingAddress"] = AddressNode(order.ShipTo),
            ["transactions"] = new JsonArray(new JsonObject { ["kind"] = "SALE", ["status"] = "SUCCESS", ["processedAt"] = Write(order.PlacedAt) }),
            ["allLines"] = new JsonArray(lines),
            ["fulfillments"] = new JsonArray(),
        };
        change?.Invoke(node);
        lock (_lock)
        {
            node["fulfillmentOrders"] = new JsonArray(FulfillmentOrder(order.Key.Id, 1, Berlin, node["allLines"]!.AsArray()));
            _orders[id] = node;
        }
    }

    /// <summary>Changes an order as the shop's people do.</summary>
    public void Change(OrderKey key, Action<JsonObject> change)
    {
        lock (_lock)
        {
            change(_orders[Gid("Order", key.Id)]);
        }
    }

    /// <summary>Shares an order's lines out to two locations, one line here and the others there.</summary>
    public void Split(OrderKey key) => Change(key, order =>
    {
        var lines = order["allLines"]!.AsArray();
        order["fulfillmentOrders"] = new JsonArray(
            FulfillmentOrder(key.Id, 1, Berlin, [lines[0]!.DeepClone()]),
            FulfillmentOrder(key.Id, 2, Lyon, [.. lines.Skip(1).Select(line => line!.DeepClone())]));
    });

    /// <summary>What the buyer was told: tracking number and pieces, parcel by parcel.</summary>
    public IReadOnlyList<(string Tracking, int Pieces, string Location)> ToldOf(OrderKey key)
    {
        lock (_lock)
        {
            return [.. _orders[Gid("Order", key.Id)]["fulfillments"]!.AsArray().Where(parcel => $"{parcel!["status"]}" == "SUCCESS").Select(parcel =>
                ($"{parcel!["trackingInfo"]![0]!["number"]}", (int)parcel["pieces"]!, $"{parcel["location"]!["id"]}"))];
        }
    }

    private static string Gid(string kind, string id) => $"gid://shopify/{kind}/{id}";

    private static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static JsonObject Money(Money money) => new()
    {
        ["shopMoney"] = new JsonObject { ["amount"] = money.Amount.ToString(CultureInfo.InvariantCulture), ["currencyCode"] = money.Currency },
    };

    private static JsonObject LineNode(OrderKey key, OrderLine line, int i) => new()
    {
        ["id"] = Gid("LineItem", $"{key.Id}{i:00000}"),
        ["sku"] = line.Sku.Text,
        ["name"] = line.Name,
        ["currentQuantity"] = line.Quantity,
        ["discountedUnitPriceAfterAllDiscountsSet"] = Money(line.UnitPrice),
        ["taxLines"] = new JsonArray(new JsonObject { ["title"] = "MwSt" }),
    };

    private static JsonObject AddressNode(Address to) => new()
    {
        ["name"] = to.Name,
        ["company"] = to.Company,
        ["address1"] = to.Street,
        ["address2"] = to.Street2,
        ["city"] = to.City,
        ["provinceCode"] = to.Region,
        ["zip"] = to.Zip,
        ["countryCodeV2"] = to.Country,
        ["phone"] = to.Phone,
    };

    private static JsonObject FulfillmentOrder(string order, int number, string location, JsonArray lines) => new()
    {
        ["id"] = Gid("FulfillmentOrder", $"{order}{number}"),
        ["status"] = "OPEN",
        ["assignedLocation"] = new JsonObject { ["location"] = new JsonObject { ["id"] = location } },
        ["fulfillmentHolds"] = new JsonArray(),
        ["allLines"] = new JsonArray([.. lines.Select(line => (JsonNode)new JsonObject
        {
            ["id"] = Gid("FulfillmentOrderLineItem", $"{line!["id"]}".Split('/')[^1]),
            ["remainingQuantity"] = (int)line["currentQuantity"]!,
            ["sku"] = line["sku"]?.DeepClone(),
            ["lineItem"] = new JsonObject { ["id"] = $"{line["id"]}" },
        })]),
    };

    private JsonObject Orders(JsonObject variables)
    {
        var since = ((string)variables["query"]!).Split('\'')[1];
        var fitting = _orders.Values
            .Where(order => string.CompareOrdinal($"{order["updatedAt"]}", since) >= 0)
            .OrderBy(Cursor, StringComparer.Ordinal)
            .Select(order => WithLines(order, variables))
            .ToList<JsonNode>();
        return new JsonObject { ["orders"] = Page(fitting, variables, (node, _) => Cursor(node)) };
    }

    private JsonObject Book(JsonObject variables)
    {
        var bounds = ((string)variables["query"]!).Split('\'');
        var fitting = _orders.Values
            .Where(order => string.CompareOrdinal($"{order["processedAt"]}", bounds[1]) >= 0 && string.CompareOrdinal($"{order["processedAt"]}", bounds[3]) < 0)
            .OrderBy(order => $"{order["processedAt"]} {Cursor(order)}", StringComparer.Ordinal)
            .ToList<JsonNode>();
        return new JsonObject { ["orders"] = Page(fitting, variables, (node, _) => $"{node["processedAt"]} {Cursor(node)}") };
    }

    private static string Cursor(JsonNode order) => $"{order["updatedAt"]} {$"{order["id"]}".Split('/')[^1],20}";

    private static JsonObject WithLines(JsonObject order, JsonObject variables)
    {
        var whole = order.DeepClone().AsObject();
        whole["lineItems"] = Page([.. order["allLines"]!.AsArray().OfType<JsonNode>()], new JsonObject { ["first"] = (int)variables["lines"]! }, (_, i) => Place(i));
        return whole;
    }

    private JsonObject OrderLines(JsonObject variables) => new()
    {
        ["order"] = _orders.TryGetValue($"{variables["id"]}", out var order)
            ? new JsonObject { ["lineItems"] = Page([.. order["allLines"]!.AsArray().OfType<JsonNode>()], variables, (_, i) => Place(i)) }
            : null,
    };

    private JsonObject Fulfillments(JsonObject variables)
    {
        var order = _orders.GetValueOrDefault($"{variables["id"]}")?.DeepClone().AsObject();
        if (order is not null)
        {
            order["fulfillmentOrders"] = Page([.. order["fulfillmentOrders"]!.AsArray().OfType<JsonNode>()], new JsonObject { ["first"] = (int)variables["most"]! }, (_, i) => Place(i));
        }

        return new JsonObject { ["order"] = order };
    }

    private JsonObject FulfillmentLines(JsonObject variables) => new()
    {
        ["fulfillmentOrder"] = new JsonObject { ["lineItems"] = Page([.. Waiting($"{variables["id"]}")["allLines"]!.AsArray().OfType<JsonNode>()], variables, (_, i) => Place(i)) },
    };

    private JsonObject Waiting(string id) =>
        _orders.Values.SelectMany(order => order["fulfillmentOrders"]!.AsArray()).Single(waiting => $"{waiting!["id"]}" == id)!.AsObject();

    private JsonObject Fulfill(JsonObject variables)
    {
        var told = variables["fulfillment"]!;
        var (pieces, locations) = (0, new HashSet<string>());
        var parts = told["lineItemsByFulfillmentOrder"]!.AsArray().Select(part => (Waiting: Waiting($"{part!["fulfillmentOrderId"]}"), Lines: part["fulfillmentOrderLineItems"] as JsonArray)).ToList();
        if (parts.Any(part => $"{part.Waiting["status"]}" != "OPEN"))
        {
            return new JsonObject { ["fulfillmentCreate"] = new JsonObject { ["fulfillment"] = null, ["userErrors"] = UserErrors("Fulfillment order has an unfulfillable status.") } };
        }

        foreach (var (waiting, lines) in parts)
        {
            locations.Add($"{waiting["assignedLocation"]!["location"]!["id"]}");
            foreach (var line in waiting["allLines"]!.AsArray())
            {
                var left = (int)line!["remainingQuantity"]!;
                var sent = lines is null ? left : (int?)lines.SingleOrDefault(one => $"{one!["id"]}" == $"{line["id"]}")?["quantity"] ?? 0;
                pieces += sent;
                line["remainingQuantity"] = left - sent;
            }

            waiting["status"] = waiting["allLines"]!.AsArray().All(line => (int)line!["remainingQuantity"]! == 0) ? "CLOSED" : "OPEN";
        }

        var order = _orders.Values.Single(order => order["fulfillmentOrders"]!.AsArray().Contains(parts[0].Waiting));
        order["fulfillments"]!.AsArray().Add(new JsonObject
        {
            ["status"] = "SUCCESS",
            ["location"] = new JsonObject { ["id"] = Assert.Single(locations) },
            ["trackingInfo"] = new JsonArray(new JsonObject { ["number"] = told["trackingInfo"]!["number"]!.DeepClone() }),
            ["pieces"] = pieces,
        });
        return new JsonObject { ["fulfillmentCreate"] = new JsonObject { ["fulfillment"] = new JsonObject { ["id"] = Gid("Fulfillment", "1") }, ["userErrors"] = new JsonArray() } };
    }

    private static JsonArray UserErrors(string message, string? code = null, params string[] field) => new(new JsonObject
    {
        ["field"] = new JsonArray([.. field.Select(part => (JsonNode)part)]),
        ["message"] = message,
        ["code"] = code,
    });
}
