using System.Collections.Immutable;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.Tryton.Shipments;

/// <summary>
/// Which goods of which orders left the house. Tryton ships what it has and makes a new shipment of the rest, so each is told with its own goods; one that a
/// person made of two orders is told for each of them.
/// </summary>
internal sealed class FetchTrytonShipments(TrytonCalls calls, TrytonOptions options, CrossReferences references) : IShipmentSource
{
    private const string Model = "stock.shipment.out";
    private const int PageSize = 100;

    public Task<CallOutcome<ShipmentPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls.RunAsync(
        async talk =>
        {
            var position = page is null ? await TrytonPosition.BeginAsync(talk, Model, since, options.Overlap) : TrytonPosition.Parse(page);
            var shipments = await talk.SearchAsync(
                Model,
                [
                    TrytonJson.Where("id", ">", position.After),
                    TrytonJson.Where("state", "in", options.ShippedWhenPacked ? TrytonJson.List("packed", "done") : TrytonJson.List("done")),
                    TrytonJson.ChangedSince(position.From),
                ],
                ["number", "reference", "effective_date"], PageSize);
            // One that can't be read must not hold up the others.
            var readable = shipments.Where(shipment => shipment.ValueKind == JsonValueKind.Object && shipment.GetProperty("id").ValueKind == JsonValueKind.Number).ToArray();
            var next = shipments.Length == PageSize ? position with { After = Id(readable[^1]) } : null;
            return new ShipmentPage(readable.Length == 0 ? [] : await ReadAsync(talk, readable), position.Latest, next?.ToString());
        },
        cancellationToken);

    private async Task<ImmutableArray<ShippedOrder>> ReadAsync(TrytonTalk talk, JsonElement[] shipments)
    {
        var moves = await MovesAsync(talk, [.. shipments.Select(shipment => $"{Model},{Id(shipment)}")]);
        return
        [
            .. from shipment in shipments
               from order in moves[$"{Model},{Id(shipment)}"].GroupBy(move => move.Order)
               select Shipped(shipment, order.Key, order),
        ];
    }

    private ShippedOrder Shipped(JsonElement shipment, OrderKey order, IEnumerable<ShippedMove> moves)
    {
        var number = TrytonJson.Text(shipment, "number") ?? $"id {Id(shipment)}";
        var tracking = TrackingNumber.TryParse(TrytonJson.Text(shipment, "reference"), out var written) ? written : TrackingNumber.Parse(number);
        return new ShippedOrder(order, number, new Shipment(tracking, options.Carrier)
        {
            Id = number,
            ShippedAt = TrytonJson.Day(shipment.GetProperty("effective_date")),
            Lines = [.. moves.GroupBy(move => move.Sku).Select(article => new ParcelLine(article.Key, article.Sum(move => move.Quantity)))],
        });
    }

    /// <summary>What went out, by shipment: of sales that have one of our keys as their reference.</summary>
    private async Task<ILookup<string, ShippedMove>> MovesAsync(TrytonTalk talk, string[] shipments)
    {
        var moves = await talk.SearchAsync(
            "stock.move",
            [
                TrytonJson.Where("shipment", "in", TrytonJson.List(shipments)),
                TrytonJson.Where("origin", "like", "sale.line,%"),
                TrytonJson.Where("state", "!=", "cancelled"),
                TrytonJson.Where("to_location.type", "=", "customer"),
            ],
            ["shipment", "product.code", "quantity", "origin.sale.reference"]);
        return moves.SelectMany(move => Read(move).Select(read => (Shipment: move.GetProperty("shipment").GetString()!, Move: read)))
            .ToLookup(entry => entry.Shipment, entry => entry.Move);
    }

    private IEnumerable<ShippedMove> Read(JsonElement move)
    {
        var quantity = (int)move.GetProperty("quantity").GetDecimal();
        if (quantity > 0
            && TrytonJson.Pointed(move, "origin") is { } line && TrytonJson.Pointed(line, "sale") is { } sale
            && OrderKey.TryParse(TrytonJson.Text(sale, "reference"), out var order)
            && TrytonJson.Pointed(move, "product") is { } product && TrytonJson.Text(product, "code") is { } code)
        {
            // The first of several SKUs that share the product: Tryton does not know which of them was bought.
            foreach (var key in references.KeysOf(CrossReferences.Items, code).Where(key => Sku.TryParse(key, out _)).Take(1))
            {
                yield return new ShippedMove(order, Sku.Parse(key), quantity);
            }
        }
    }

    private static int Id(JsonElement record) => record.GetProperty("id").GetInt32();

    private sealed record ShippedMove(OrderKey Order, Sku Sku, int Quantity);
}
