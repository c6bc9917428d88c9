using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Amazon.Tests;

/// <summary>
/// A seller's account at Amazon. A token fits no other query, as described; that it points behind the last order of its page and does not count from the front is
/// assumed: Amazon does not say.
/// </summary>
public sealed class AmazonStub : VendorStub
{
    public const string Seller = "A2SELLER0HUB";
    public const int PageSize = 4;
    public const string Search = "GET /orders/2026-01-01/orders";
    public const string Confirm = "POST /orders/v0/orders/{id}/shipmentConfirmation";
    public const string Patch = "PATCH /listings/2021-08-01/items/{seller}/{sku}";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _orders = [];
    private readonly ConcurrentDictionary<string, StubAnswer> _answers = new();
    private int _tokens;

    public AmazonStub()
    {
        On("POST /auth/o2/token", Token);
        Teach(Search, Page);
        Teach("GET /orders/2026-01-01/orders/{id}", request => Whole(request.Path.Split('/')[^1]));
        Teach(Confirm, request => Shipped(request.Path.Split('/')[4], request.Json["packageDetail"]!));
        Teach(Patch, request => Patched(Uri.UnescapeDataString(request.Path.Split('/')[^1]), request.Json));
    }

    /// <summary>What listings have, by SKU: <c>fulfillment_availability</c>, <c>purchasable_offer</c>.</summary>
    public ConcurrentDictionary<string, JsonObject> Listings { get; } = new();

    /// <summary>Its access tokens are told to be expired as Amazon does it: forbidden.</summary>
    public bool TokensExpired { get; set; }

    /// <summary>From now on these calls are answered with that, and nothing is done.</summary>
    public void Answer(string operation, StubAnswer answer) => _answers[operation] = answer;

    /// <summary>Has the order, or has it changed.</summary>
    public JsonObject Place(Order order, DateTimeOffset changedAt, string status = "UNSHIPPED")
    {
        lock (_lock)
        {
            return _orders[order.Key.Id] = AmazonStubOrder.Write(order, changedAt, status);
        }
    }

    public void Cancel(OrderKey key, DateTimeOffset changedAt)
    {
        lock (_lock)
        {
            _orders[key.Id]["fulfillment"]!["fulfillmentStatus"] = "CANCELLED";
            _orders[key.Id]["lastUpdatedTime"] = AmazonStubOrder.Text(changedAt);
        }
    }

    public JsonObject OrderOf(OrderKey key) => _orders[key.Id];

    public IReadOnlyList<string> TrackingOf(OrderKey key)
    {
        lock (_lock)
        {
            return [.. ((JsonArray)_orders[key.Id]["packages"]!).Select(package => $"{package!["trackingNumber"]}")];
        }
    }

    public static StubAnswer Error(int status, string code, string message, string details = "") => StubAnswer.Json(
        new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message, ["details"] = details }) }, status);

    private void Teach(string operation, Func<StubRequest, StubAnswer> answer) => On(operation, request =>
    {
        if (!request.Header("x-amz-access-token").StartsWith("Atza-", StringComparison.Ordinal))
        {
            return Error(403, "Unauthorized", "Access to requested resource is denied.");
        }

        if (TokensExpired)
        {
            TokensExpired = false;
            return Error(403, "Unauthorized", "Access to requested resource is denied.", "The access token you provided has expired.");
        }

        return _answers.TryGetValue(operation, out var given) ? given : answer(request);
    });

    private StubAnswer Token(StubRequest request) =>
        request.Text.Split('&').Order().SequenceEqual(["client_id=amzn1.client", "client_secret=lwa-secret", "grant_type=refresh_token", "refresh_token=Atzr-refresh"])
            ? StubAnswer.Json(new JsonObject
            {
                ["access_token"] = string.Create(CultureInfo.InvariantCulture, $"Atza-{Interlocked.Increment(ref _tokens)}"),
                ["refresh_token"] = "Atzr-refresh",
                ["token_type"] = "bearer",
                ["expires_in"] = 3600,
            })
            : StubAnswer.Json(new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "The request has an invalid grant parameter." }, 400);

    private StubAnswer Page(StubRequest request)
    {
        var query = request.Query.Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        var same = string.Join('&', query.Where(pair => pair.Key is not ("paginationToken" or "maxResultsPerPage" or "includedData")).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        var after = "";
        if (query.TryGetValue("paginationToken", out var token))
        {
            if (token.Split('~') is not [var last, var asked] || asked != same)
            {
                return Error(400, "InvalidInput", "The pagination token does not fit the other parameters.");
            }

            after = last;
        }

        lock (_lock)
        {
            var found = _orders.Values.Where(order => Fits(order, query)).OrderBy(PlaceOf, StringComparer.Ordinal)
                .Where(order => string.CompareOrdinal(PlaceOf(order), after) > 0).ToList();
            var size = int.Parse(query["maxResultsPerPage"], CultureInfo.InvariantCulture);
            var page = new JsonObject
            {
                ["orders"] = new JsonArray([.. found.Take(size).Select(order => order.DeepClone())]),
                ["lastUpdatedBefore"] = query["lastUpdatedBefore"],
            };
            if (found.Count > size)
            {
                page["pagination"] = new JsonObject { ["nextToken"] = $"{PlaceOf(found[size - 1])}~{same}" };
            }

            return StubAnswer.Json(page);
        }
    }

    private static string PlaceOf(JsonObject order) => $"{order["lastUpdatedTime"]} {order["orderId"]}";

    private static bool Fits(JsonObject order, Dictionary<string, string> query) =>
        string.CompareOrdinal($"{order["lastUpdatedTime"]}", query["lastUpdatedAfter"]) >= 0
        && string.CompareOrdinal($"{order["lastUpdatedTime"]}", query["lastUpdatedBefore"]) <= 0
        && query["fulfillmentStatuses"].Split(',').Contains($"{order["fulfillment"]!["fulfillmentStatus"]}")
        && query["fulfilledBy"].Split(',').Contains($"{order["fulfillment"]!["fulfilledBy"]}")
        && query["marketplaceIds"].Split(',').Contains($"{order["salesChannel"]!["marketplaceId"]}");

    private StubAnswer Whole(string id)
    {
        lock (_lock)
        {
            return _orders.TryGetValue(id, out var order)
                ? StubAnswer.Json(new JsonObject { ["order"] = order.DeepClone() })
                : Error(404, "NotFound", "The order was not found.");
        }
    }

    private StubAnswer Shipped(string id, JsonNode package)
    {
        lock (_lock)
        {
            if (!_orders.TryGetValue(id, out var order))
            {
                return Error(400, "InvalidInput", "The order was not found.");
            }

            var packages = (JsonArray)order["packages"]!;
            var number = package["packageReferenceId"]!.GetValue<string>();
            if (packages.FirstOrDefault(known => $"{known!["packageReferenceId"]}" == number) is { } same)
            {
                same["trackingNumber"] = package["trackingNumber"]!.DeepClone();
                return StubAnswer.Nothing();
            }

            var items = ((JsonArray)order["orderItems"]!).ToDictionary(item => $"{item!["orderItemId"]}", item => item!["fulfillment"]!);
            var pieces = ((JsonArray)package["orderItems"]!).Select(piece => (Item: items.GetValueOrDefault($"{piece!["orderItemId"]}"), Quantity: (int)piece["quantity"]!)).ToList();
            if (pieces.Exists(piece => piece.Item is null || (int)piece.Item["quantityUnfulfilled"]! < piece.Quantity))
            {
                return Error(
                    400, "InvalidInput", "Failed to create package due to not finding a matching package or order already fulfilled.", "PackageToUpdateNotFound");
            }

            foreach (var (item, quantity) in pieces)
            {
                item!["quantityUnfulfilled"] = (int)item["quantityUnfulfilled"]! - quantity;
                item["quantityFulfilled"] = (int)item["quantityFulfilled"]! + quantity;
            }

            packages.Add(new JsonObject { ["packageReferenceId"] = number, ["trackingNumber"] = package["trackingNumber"]!.DeepClone() });
            order["fulfillment"]!["fulfillmentStatus"] = items.Values.All(item => (int)item["quantityUnfulfilled"]! == 0) ? "SHIPPED" : "PARTIALLY_SHIPPED";
            return StubAnswer.Nothing();
        }
    }

    private StubAnswer Patched(string sku, JsonNode body)
    {
        if (!Listings.TryGetValue(sku, out var listing))
        {
            return Error(400, "BAD_REQUEST", "Invalid input", "The SKU is not one of the seller's.");
        }

        foreach (var patch in (JsonArray)body["patches"]!)
        {
            listing[$"{patch!["path"]}".Split('/')[^1]] = patch["value"]!.DeepClone();
        }

        return StubAnswer.Json(new JsonObject
        {
            ["sku"] = sku,
            ["status"] = "ACCEPTED",
            ["submissionId"] = "f1dc291475dd11edb8780242ac120002",
            ["issues"] = new JsonArray(),
        });
    }
}
