using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Services.Inventory;

/// <param name="Available">What can be sold over all warehouses: on hand less reserved.</param>
internal sealed record StockItem(long ProductId, long OnHand, long Reserved, long Available);

/// <summary>The inventory service: how many of a product can be sold.</summary>
internal static class StockRoom
{
    public static WebApplication Build(TownContext context, Uri address)
    {
        var store = new FedStore(context.OpenStore("new-inventory.db"), StockSchema.Steps);
        var app = context.CreateBuilder(address).Build();
        app.MapHealth();
        app.MapGet("/stock/{id:long}", (long id) => Answers.OneOrNone(store.Query(
            $"SELECT sum(on_hand), sum(reserved) FROM stock WHERE product_id = {id} GROUP BY product_id",
            row => Item(id, row.GetInt64(0), row.GetInt64(1)))));
        app.MapGet("/stock", (string ids) => TypedResults.Ok(store.Query(
            $"""
            SELECT product_id, sum(on_hand), sum(reserved) FROM stock
            WHERE product_id IN (SELECT value FROM json_each({Answers.IdList(ids)})) GROUP BY product_id
            """,
            row => Item(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)))));
        return app;
    }

    private static StockItem Item(long product, long onHand, long reserved) => new(product, onHand, reserved, onHand - reserved);
}
