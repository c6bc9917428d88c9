using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>A Tryton for faults that the real one can't be made to have, and for taxes, which the shared one has none of.</summary>
public sealed class TrytonStub : VendorStub
{
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _sales = [];
    private readonly ConcurrentDictionary<string, int> _parties = new();
    private int _ids = 100;

    public TrytonStub()
    {
        On("POST /erp/", request =>
        {
            lock (_lock)
            {
                return Answer((string)request.Json["method"]!, request.Json["params"]!.AsArray());
            }
        });
    }

    public Uri Database => new(Address, "/erp/");

    /// <summary>The rate of the tax that all articles have; null: none.</summary>
    public decimal? TaxRate { get; init; }

    /// <summary>Answers in place of the usual one: by method, what stands in <c>error</c>.</summary>
    public ConcurrentDictionary<string, JsonArray> Errors { get; } = new();

    /// <summary>The sales as they were made, with their state.</summary>
    public IReadOnlyList<JsonObject> Sales
    {
        get
        {
            lock (_lock)
            {
                return [.. _sales];
            }
        }
    }

    public int Count(string reference) => Sales.Count(sale => (string)sale["reference"]! == reference && (string)sale["state"]! != "cancelled");

    public static bool Calls(StubRequest request, string method) =>
        request.Text.Contains($"\"method\":\"{method}\"", StringComparison.Ordinal);

    private StubAnswer Answer(string method, JsonArray parameters)
    {
        if (Errors.TryGetValue(method, out var error))
        {
            return StubAnswer.Json(new JsonObject { ["id"] = 1, ["error"] = error.DeepClone() });
        }

        return StubAnswer.Json(new JsonObject { ["id"] = 1, ["result"] = Result(method, parameters) });
    }

    private JsonNode? Result(string method, JsonArray parameters) => method switch
    {
        "common.db.login" => new JsonArray { 6, "session" },
        "model.res.user.get_preferences" => new JsonObject { ["company"] = 1, ["language"] = "en" },
        "model.currency.currency.search_read" or "model.country.country.search_read" => new JsonArray { new JsonObject { ["id"] = 1 } },
        "model.product.product.search_read" => new JsonArray([.. Value(parameters, "in").AsArray().Select(code => Article((string)code!))]),
        "model.account.tax.search_read" => new JsonArray { new JsonObject { ["id"] = 5, ["rate"] = Exact(TaxRate ?? 0) } },
        "model.party.party.search_read" => _parties.TryGetValue((string)parameters[0]![0]![1]![2]!, out var party) ? new JsonArray { Party(party) } : new JsonArray(),
        "model.party.party.create" => new JsonArray { NewParty((string)parameters[0]![0]!["code"]!) },
        "model.party.address.create" => new JsonArray { ++_ids },
        "model.sale.sale.search_read" => new JsonArray([.. _sales.Where(sale => Fits(sale, parameters[0]![0]!.AsArray())).Select(sale => sale.DeepClone())]),
        "model.sale.sale.create" => new JsonArray { Make(parameters[0]![0]!.AsObject()) },
        _ => Act(method.Split('.')[^1], (int)parameters[0]![0]!),
    };

    private int NewParty(string code) => _parties[code] = ++_ids;

    private JsonNode? Act(string action, int id)
    {
        var sale = _sales.First(sale => (int)sale["id"]! == id);
        if (action == "delete")
        {
            _sales.Remove(sale);
            return null;
        }

        if (action == "quote")
        {
            sale["number"] = $"{id}";
        }

        sale["state"] = action switch { "quote" => "quotation", "confirm" => "processing", "cancel" => "cancelled", _ => action };
        return null;
    }

    private int Make(JsonObject sale)
    {
        var made = sale.DeepClone().AsObject();
        var net = made["lines"]![0]![1]!.AsArray().Sum(line =>
            (decimal)line!["quantity"]! * decimal.Parse((string)line["unit_price"]!["decimal"]!, CultureInfo.InvariantCulture) * (line["taxes"] is null ? 1 : 1 + TaxRate ?? 0));
        made["id"] = ++_ids;
        made["number"] = null;
        made["state"] = "draft";
        made["total_amount"] = Exact(Math.Round(net, 3));
        _sales.Add(made);
        return _ids;
    }

    private JsonObject Article(string code) => new()
    {
        ["id"] = 1,
        ["code"] = code,
        ["sale_uom"] = 1,
        ["account_category."] = new JsonObject { ["customer_taxes_used"] = TaxRate is null ? new JsonArray() : new JsonArray { 5 } },
    };

    private static JsonObject Party(int id) => new() { ["id"] = id, ["addresses."] = new JsonArray() };

    private static JsonObject Exact(decimal value) => new() { ["__class__"] = "Decimal", ["decimal"] = value.ToString(CultureInfo.InvariantCulture) };

    private static JsonNode Value(JsonArray parameters, string compare) => parameters[0]!.AsArray().First(clause => (string?)clause![1] == compare)![2]!;

    private static bool Fits(JsonObject sale, JsonArray clause) => JsonNode.DeepEquals(sale[(string)clause[0]!], clause[2]);
}
