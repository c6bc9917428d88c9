using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Services.Pricing;

/// <param name="Amount">A product's price, two places.</param>
/// <param name="Currency">ISO 4217.</param>
internal sealed record PriceItem(long ProductId, decimal Amount, string Currency);

/// <summary>The pricing service: what a product costs now.</summary>
internal static class PriceList
{
    public static WebApplication Build(TownContext context, Uri address)
    {
        var store = new FedStore(context.OpenStore("new-pricing.db"), PriceSchema.Steps);
        var app = context.CreateBuilder(address).Build();
        app.MapHealth();
        app.MapGet("/prices/{id:long}", (long id) => Answers.OneOrNone(store.Query(
            $"SELECT product_id, amount, currency FROM price WHERE product_id = {id}", Item)));
        app.MapGet("/prices", (string ids) => TypedResults.Ok(store.Query(
            $"SELECT product_id, amount, currency FROM price WHERE product_id IN (SELECT value FROM json_each({Answers.IdList(ids)}))",
            Item)));
        return app;
    }

    private static PriceItem Item(SqliteDataReader row) => new(row.GetInt64(0), row.Amount(1), row.GetString(2));
}
