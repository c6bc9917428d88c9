using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Town.Tests;

/// <summary>The suite's faults of entering orders, at a shop that takes each reference once as the town's does.</summary>
public sealed class EnterTownOrderTests : OrderEntryContract<TownShopStub>
{
    protected override TownShopStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddTownShop(new TownShopOptions
    {
        Vendor = "town-shop",
        Address = Stub.Address,
        Token = Bench.Secret("partner", TownShopStub.PartnerKey),
    });

    protected override bool IsEntering(StubRequest request) => request.Is("POST /partner/orders");

    protected override int OrdersOf(OrderKey key) => Stub.Orders.Count(order => $"{order["reference"]}" == $"{key}");

    protected override void Holds(Order order)
    {
        var entered = Stub.Orders.Single(entered => $"{entered["reference"]}" == $"{order.Key}");
        Assert.Equal(order.Total.Amount, (decimal)entered["total"]!);
        Assert.Equal(
            order.Lines.Select(line => (line.Sku.Text, line.Quantity, line.UnitPrice.Amount)),
            entered["lines"]!.AsArray().Select(line => ($"{line!["sku"]}", (int)line["quantity"]!, (decimal)line["unitPrice"]!)));
        Assert.Equal((order.ShipTo.Name, order.ShipTo.City), ($"{entered["ship"]!["name"]}", $"{entered["ship"]!["city"]}"));
    }
}

/// <summary>The order API of the town's shop, as far as it concerns references and its own refusals.</summary>
public sealed class TownShopStub : VendorStub
{
    public const string PartnerKey = "town-partner-key";
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<JsonNode> _orders = [];

    public TownShopStub() => On("POST /partner/orders", request =>
    {
        if (request.Header("X-Partner-Key") != PartnerKey)
        {
            return StubAnswer.Json("""{"error":"The key is wrong."}""", 401);
        }

        lock (_lock)
        {
            var order = request.Json;
            var number = _orders.TakeWhile(known => $"{known["reference"]}" != $"{order["reference"]}").Count();
            if (number < _orders.Count)
            {
                return Number(number, 200);
            }

            if ($"{order["currency"]}" != "EUR")
            {
                return StubAnswer.Json("""{"error":"The shop sells in EUR."}""", 422);
            }

            _orders.Enqueue(order);
            return Number(number, 201);
        }
    });

    public IEnumerable<JsonNode> Orders => _orders;

    private static StubAnswer Number(int number, int status) => StubAnswer.Json(new JsonObject { ["order"] = $"1{number:0000}" }, status);
}
