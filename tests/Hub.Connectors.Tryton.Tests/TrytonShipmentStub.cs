using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>A Tryton of which shipments are asked only.</summary>
public sealed class TrytonShipmentStub : VendorStub
{
    public const string Search = "model.stock.shipment.out.search_read";

    public TrytonShipmentStub() => On("POST /erp/", request => StubAnswer.Json(new JsonObject
    {
        ["id"] = 1,
        ["result"] = (string)request.Json["method"]! switch
        {
            "common.db.login" => new JsonArray { 6, "session" },
            "model.res.user.get_preferences" => new JsonObject { ["company"] = 1, ["language"] = "en" },
            Search => Find(request.Json["params"]!.AsArray()),
            "model.stock.move.search_read" => new JsonArray([.. request.Json["params"]![0]![0]![2]!.AsArray().Select(shipment => Move((string)shipment!))]),
            var other => throw new InvalidOperationException(other),
        },
    }));

    /// <summary>By id, which is the number too.</summary>
    public ConcurrentDictionary<int, (OrderKey Order, Sku Sku, int Pieces, DateTimeOffset ChangedAt)> Shipments { get; } = new();

    private JsonArray Find(JsonArray parameters)
    {
        var domain = parameters[0]!.AsArray();
        if (domain.Count == 1)
        {
            // Which is the newest?
            return [.. Shipments.Values.OrderByDescending(shipment => shipment.ChangedAt).Take(1)
                .Select(shipment => new JsonObject { ["id"] = 1, ["write_date"] = TrytonJson.Of(shipment.ChangedAt), ["create_date"] = TrytonJson.Of(shipment.ChangedAt) })];
        }

        var (after, since) = ((int)domain[0]![2]!, Time(domain[2]![1]![2]!.AsObject()));
        return [.. Shipments.Where(shipment => shipment.Key > after && shipment.Value.ChangedAt >= since).OrderBy(shipment => shipment.Key).Take((int)parameters[2]!)
            .Select(shipment => new JsonObject
            {
                ["id"] = shipment.Key,
                ["number"] = shipment.Key.ToString(CultureInfo.InvariantCulture),
                ["reference"] = null,
                ["effective_date"] = new JsonObject { ["__class__"] = "date", ["year"] = 2027, ["month"] = 1, ["day"] = 30 },
            })];
    }

    private JsonObject Move(string shipment)
    {
        var (order, sku, pieces, _) = Shipments[int.Parse(shipment.Split(',')[1], CultureInfo.InvariantCulture)];
        return new JsonObject
        {
            ["shipment"] = shipment,
            ["quantity"] = pieces,
            ["product."] = new JsonObject { ["code"] = sku.Text },
            ["origin."] = new JsonObject { ["sale."] = new JsonObject { ["reference"] = $"{order}" } },
        };
    }

    private static DateTimeOffset Time(JsonObject time)
    {
        int Part(string name) => (int)time[name]!;
        return new DateTimeOffset(Part("year"), Part("month"), Part("day"), Part("hour"), Part("minute"), Part("second"), TimeSpan.Zero);
    }
}
