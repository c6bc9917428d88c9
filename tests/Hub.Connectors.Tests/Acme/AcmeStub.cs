using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Tests.Acme;

/// <summary>The made-up vendor as it answers.</summary>
public sealed class AcmeStub : VendorStub
{
    public const int PageSize = 5;

    private readonly Lock _lock = new();
    private readonly List<JsonObject> _sales = [];
    private readonly List<(DateTimeOffset ChangedAt, JsonObject Order)> _orders = [];
    private int _tokens;

    public AcmeStub()
    {
        On("POST /sales", request => Locked(() =>
        {
            var sale = request.Json.AsObject();
            sale["number"] = $"S-{_sales.Count + 1}";
            _sales.Add(sale);
            return StubAnswer.Json(sale.DeepClone(), 201);
        }));
        On("GET /sales", request => Locked(() => StubAnswer.Json(
            new JsonArray([.. Sales(Value(request, "reference")).Select(sale => sale.DeepClone())]))));
        On("DELETE /sales/{number}", request => Locked(() =>
        {
            _sales.RemoveAll(sale => (string)sale["number"]! == request.Path.Split('/')[^1]);
            return StubAnswer.Nothing();
        }));
        On("GET /orders", Page);
        On("PUT /orders/{id}/parcels/{tracking}", request =>
        {
            Parcels[request.Path.Split('/')[^1]] = Uri.UnescapeDataString(request.Path.Split('/')[2]);
            return StubAnswer.Nothing();
        });
        On("PUT /stock", request =>
        {
            var (known, unknown) = (request.Json.AsObject().Where(level => level.Key.StartsWith("TS-", StringComparison.Ordinal)), request.Json.AsObject().Where(level => !level.Key.StartsWith("TS-", StringComparison.Ordinal)));
            known.ToList().ForEach(level => Stock[level.Key] = (int)level.Value!);
            return StubAnswer.Json(unknown.Select(level => level.Key));
        });
        On("PUT /people/{email}", request =>
        {
            People[Uri.UnescapeDataString(request.Path.Split('/')[^1])] = (string)request.Json["name"]!;
            return StubAnswer.Nothing();
        });
        On("DELETE /people/{email}", request =>
        {
            People.TryRemove(Uri.UnescapeDataString(request.Path.Split('/')[^1]), out _);
            return StubAnswer.Nothing();
        });
        On("POST /token", _ => StubAnswer.Json(new { access_token = $"acme-access-{Interlocked.Increment(ref _tokens)}", expires_in = "3600" }));
    }

    public ConcurrentDictionary<string, string> Parcels { get; } = new();

    public ConcurrentDictionary<string, int> Stock { get; } = new();

    public ConcurrentDictionary<string, string> People { get; } = new();

    public IReadOnlyList<JsonObject> SalesOf(string reference) => Locked(() => Sales(reference));

    public void Place(Order order, DateTimeOffset changedAt, string state = "open") => Locked(() =>
    {
        _orders.RemoveAll(known => (string)known.Order["id"]! == order.Key.Id);
        _orders.Add((changedAt, new JsonObject
        {
            ["id"] = order.Key.Id,
            ["state"] = state,
            ["placedAt"] = order.PlacedAt,
            ["changedAt"] = changedAt,
            ["email"] = order.Buyer.Email,
            ["name"] = order.ShipTo.Name,
            ["lines"] = new JsonArray([.. order.Lines.Select(line => new JsonObject
            {
                ["sku"] = line.Sku.Text, ["quantity"] = line.Quantity, ["price"] = line.UnitPrice.Amount,
            })]),
            ["total"] = order.Total.Amount,
            ["currency"] = order.Total.Currency,
            ["street"] = order.ShipTo.Street,
            ["city"] = order.ShipTo.City,
            ["zip"] = order.ShipTo.Zip,
            ["country"] = order.ShipTo.Country,
        }));
        return 0;
    });

    public Order OrderOf(OrderKey key, Func<JsonObject, Order> read) => Locked(() => read(_orders.Single(order => (string)order.Order["id"]! == key.Id).Order));

    private StubAnswer Page(StubRequest request) => Locked(() =>
    {
        var since = DateTimeOffset.Parse(Value(request, "since"), CultureInfo.InvariantCulture);
        var offset = int.Parse(Value(request, "offset"), CultureInfo.InvariantCulture);
        var found = _orders.Where(order => order.ChangedAt >= since).OrderBy(order => order.ChangedAt).ThenBy(order => (string)order.Order["id"]!, StringComparer.Ordinal).ToList();
        return StubAnswer.Json(new JsonObject
        {
            ["orders"] = new JsonArray([.. found.Skip(offset).Take(PageSize).Select(order => order.Order.DeepClone())]),
            ["more"] = found.Count > offset + PageSize,
        });
    });

    private List<JsonObject> Sales(string reference) => [.. _sales.Where(sale => (string)sale["reference"]! == reference)];

    private static string Value(StubRequest request, string name) =>
        request.Query.Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair[0] == name).Select(pair => Uri.UnescapeDataString(pair[1])).First();

    private T Locked<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }
}
