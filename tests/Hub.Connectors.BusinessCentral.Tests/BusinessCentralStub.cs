using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.BusinessCentral.Tests;

/// <summary>Business Central as its pages say that it answers (API v2.0); nobody here could ask the real one.</summary>
public sealed class BusinessCentralStub : VendorStub
{
    /// <summary>What stands before a company in the address.</summary>
    public const string Base = "/v2.0/tenant/production/api/v2.0";

    private readonly Lock _lock = new();
    private readonly List<JsonObject> _orders = [];
    private readonly List<JsonObject> _customers = [];
    private int _numbers = 1000;

    public BusinessCentralStub()
    {
        On("POST /login", _ => StubAnswer.Json(new { access_token = $"token-{++Logins}", expires_in = 3599, token_type = "Bearer" }));
        On($"GET {Base}/companies({{company}})/salesOrders", request => Page(Fit(_orders, request)));
        On($"POST {Base}/companies({{company}})/salesOrders", request => Add(_orders, Made(request.Json.AsObject())));
        On($"DELETE {Base}/companies({{company}})/salesOrders({{id}})", Delete);
        On($"GET {Base}/companies({{company}})/customers", request => Page(Fit(_customers, request)));
        On($"POST {Base}/companies({{company}})/customers", request => Add(_customers, Numbered(request.Json.AsObject())));
        On($"GET {Base}/companies({{company}})/items", Items);
        On($"GET {Base}/companies({{company}})/salesShipments", request => request.Query.Contains("externalDocumentNumber", StringComparison.Ordinal) ? Page(Fit(Shipments, request)) : Posted(request));
        On($"POST {Base}/subscriptions", _ => StubAnswer.Json(Subscription("sub-1"), 201));
        On($"PATCH {Base}/subscriptions({{id}})", _ => StubAnswer.Json(Subscription("sub-1")));
    }

    public static Guid Company { get; } = new("f64eba74-dacd-4854-a584-1834f68cfc3a");

    public int Logins { get; private set; }

    /// <summary>When subscriptions that are made or renewed end.</summary>
    public DateTimeOffset SubscribedUntil { get; set; }

    /// <summary>What the tax is of all that is sold; 0: none.</summary>
    public decimal TaxRate { get; set; }

    public List<JsonObject> Shipments { get; } = [];

    /// <summary>Items by number, two on a page.</summary>
    public SortedDictionary<string, decimal> Inventory { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<JsonObject> Orders
    {
        get
        {
            lock (_lock)
            {
                return [.. _orders];
            }
        }
    }

    public IReadOnlyList<JsonObject> Customers
    {
        get
        {
            lock (_lock)
            {
                return [.. _customers];
            }
        }
    }

    private StubAnswer Page(IEnumerable<JsonObject> entries)
    {
        lock (_lock)
        {
            return StubAnswer.Json(new JsonObject { ["value"] = new JsonArray([.. entries.Select(entry => entry.DeepClone())]) });
        }
    }

    private StubAnswer Items(StubRequest request)
    {
        var after = Uri.UnescapeDataString(Regex.Match(request.Query, "skiptoken=([^&]*)").Groups[1].Value);
        var rest = Inventory.Where(item => string.CompareOrdinal(item.Key, after) > 0).ToList();
        var page = new JsonObject
        {
            ["value"] = new JsonArray([.. rest.Take(2).Select(item => new JsonObject { ["number"] = item.Key, ["inventory"] = item.Value })]),
        };
        if (rest.Count > 2)
        {
            page["@odata.nextLink"] = $"https://elsewhere.example{request.Path}?aid=FIN&$skiptoken={rest[1].Key}";
        }

        return StubAnswer.Json(page);
    }

    /// <summary>Posted shipments that changed since, two on a page, by number.</summary>
    private StubAnswer Posted(StubRequest request)
    {
        var query = Uri.UnescapeDataString(request.Query.Replace('+', ' '));
        var since = Regex.Match(query, "lastModifiedDateTime ge ([^&]+)").Groups[1].Value;
        var after = Regex.Match(query, "skiptoken=([^&]*)").Groups[1].Value;
        lock (_lock)
        {
            var rest = Shipments.Where(shipment => string.CompareOrdinal((string?)shipment["lastModifiedDateTime"], since) >= 0 && string.CompareOrdinal((string?)shipment["number"], after) > 0)
                .OrderBy(shipment => (string?)shipment["number"], StringComparer.Ordinal).ToList();
            var page = new JsonObject { ["value"] = new JsonArray([.. rest.Take(2).Select(shipment => shipment.DeepClone())]) };
            if (rest.Count > 2)
            {
                page["@odata.nextLink"] = $"https://elsewhere.example{request.Path}?$filter={Uri.EscapeDataString($"lastModifiedDateTime ge {since}")}&$skiptoken={rest[1]["number"]}";
            }

            return StubAnswer.Json(page);
        }
    }

    private StubAnswer Add(List<JsonObject> all, JsonObject entry)
    {
        lock (_lock)
        {
            all.Add(entry);
            return StubAnswer.Json(entry, 201);
        }
    }

    private StubAnswer Delete(StubRequest request)
    {
        lock (_lock)
        {
            var order = _orders.FirstOrDefault(order => request.Path.EndsWith($"({order["id"]})", StringComparison.Ordinal));
            if (order is null)
            {
                return StubAnswer.Json(new { error = new { code = "BadRequest_NotFound", message = "Not found" } }, 404);
            }

            if (request.Header("If-Match") != (string?)order["@odata.etag"])
            {
                return StubAnswer.Json(new { error = new { code = "Request_EntityChanged", message = "Another user has already changed the record." } }, 412);
            }

            _orders.Remove(order);
            return StubAnswer.Nothing();
        }
    }

    private JsonObject Made(JsonObject order)
    {
        var lines = order["salesOrderLines"]!.AsArray();
        foreach (var line in lines)
        {
            line!["shippedQuantity"] = 0;
        }

        order["totalAmountIncludingTax"] = Math.Round(lines.Sum(line => (decimal)line!["quantity"]! * (decimal)line["unitPrice"]!) * (1 + TaxRate), 3);
        order["fullyShipped"] = false;
        order["@odata.etag"] = $"W/\"{_numbers}\"";
        return Numbered(order);
    }

    private JsonObject Numbered(JsonObject entry)
    {
        var made = entry.DeepClone().AsObject();
        made["id"] = Guid.NewGuid().ToString();
        made["number"] = (++_numbers).ToString(CultureInfo.InvariantCulture);
        return made;
    }

    private JsonObject Subscription(string id) => new() { ["subscriptionId"] = id, ["expirationDateTime"] = SubscribedUntil };

    /// <summary>What fits <c>field eq 'value' or …</c>; everything, for a filter that is another.</summary>
    private static List<JsonObject> Fit(IEnumerable<JsonObject> all, StubRequest request)
    {
        var clauses = Regex.Matches(Uri.UnescapeDataString(request.Query.Replace('+', ' ')), "(\\w+) eq '((?:[^']|'')*)'");
        return clauses.Count == 0
            ? [.. all]
            : [.. all.Where(entry => clauses.Any(clause => (string?)entry[clause.Groups[1].Value] == clause.Groups[2].Value.Replace("''", "'", StringComparison.Ordinal)))];
    }
}
