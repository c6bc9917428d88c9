using System.Text.Json.Nodes;
using Hub.Commerce;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>Against the real ERP.</summary>
public sealed class FetchTrytonShipmentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_OrderShippedInTwoParts_IsTwoShipmentsWithTheirGoods()
    {
        await using var bench = new TrytonBench();
        var sku = await bench.MakeArticleAsync(stock: 10);
        var order = TrytonBench.Order(lines: [(sku, 3, 5m), ("S1", 1, 5m)]);
        var sale = await TrytonBench.DoneAsync(bench.Booking.BookAsync(order, Cancel));
        var since = (await TrytonBench.DoneAsync(bench.Port<IShipmentSource>().FetchAsync(DateTimeOffset.UnixEpoch, null, Cancel))).Latest!.Value;
        Assert.Empty(await ShippedAsync(bench, order.Key, since));

        await ShipAsync(bench, sale, sku, pieces: 1, "TRACK-1");

        var first = Assert.Single(await ShippedAsync(bench, order.Key, since));
        Assert.Equal("TRACK-1", first.Shipment.Tracking.Text);
        Assert.Equal([(sku, 1), ("S1", 1)], Goods(first));

        // What is left is a shipment of its own.
        await ShipAsync(bench, sale, sku, pieces: 2, reference: null);

        var both = await ShippedAsync(bench, order.Key, since);
        Assert.Equal(2, both.Select(shipped => shipped.Id).Distinct().Count());
        var second = Assert.Single(both, shipped => shipped.Id != first.Id);
        Assert.Equal([(sku, 2)], Goods(second));
        Assert.Equal(second.Id, second.Shipment.Tracking.Text);
    }

    private static IEnumerable<(string Sku, int Quantity)> Goods(ShippedOrder shipped) =>
        shipped.Shipment.Lines.Select(line => (line.Sku.Text, line.Quantity)).OrderByDescending(line => line.Item1.Length);

    private static async Task<List<ShippedOrder>> ShippedAsync(TrytonBench bench, OrderKey key, DateTimeOffset since)
    {
        var shipped = new List<ShippedOrder>();
        string? page = null;
        do
        {
            var fetched = await TrytonBench.DoneAsync(bench.Port<IShipmentSource>().FetchAsync(since, page, Cancel));
            shipped.AddRange(fetched.Shipments.Where(one => one.Order == key));
            page = fetched.Next;
        }
        while (page is not null);
        return shipped;
    }

    /// <summary>As the warehouse does: some of it is picked, packed and leaves.</summary>
    private static async Task ShipAsync(TrytonBench bench, SaleNumber sale, string sku, int pieces, string? reference)
    {
        var id = await bench.AskAsync(async talk =>
        {
            var found = Assert.Single(await talk.SearchAsync("sale.sale", [TrytonJson.Where("number", "=", sale.Text)], ["shipments.state"]));
            return Assert.Single(found.GetProperty("shipments.").EnumerateArray(), one => one.GetProperty("state").GetString() == "waiting").GetProperty("id").GetInt32();
        });
        var move = await bench.AskAsync(async talk =>
        {
            var shipment = Assert.Single(await talk.SearchAsync("stock.shipment.out", [TrytonJson.Where("id", "=", id)], ["inventory_moves"]));
            var moves = TrytonJson.List(shipment.GetProperty("inventory_moves").EnumerateArray().Select(one => one.GetInt32()));
            return Assert.Single(await talk.SearchAsync(
                "stock.move", [TrytonJson.Where("id", "in", moves), TrytonJson.Where("product.code", "=", sku)], ["quantity"])).GetProperty("id").GetInt32();
        });
        await bench.WriteAsync("stock.move", move, new JsonObject { ["quantity"] = pieces });
        if (reference is not null)
        {
            await bench.WriteAsync("stock.shipment.out", id, new JsonObject { ["reference"] = reference });
        }

        await bench.AskAsync(async talk =>
        {
            foreach (var action in (string[])["pick", "pack", "done"])
            {
                await talk.ActAsync("stock.shipment.out", action, id);
            }

            return id;
        });
    }
}
