using Microsoft.AspNetCore.Builder;

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
            row => new StockItem(id, row.GetInt64(0), row.GetInt64(1), row.GetInt64(0) - row.GetInt64(1)))));
        return app;
    }
}
