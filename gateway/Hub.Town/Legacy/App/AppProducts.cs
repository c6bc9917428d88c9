using System.Globalization;
using Hub.Storage;
using Hub.Town.Legacy.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.App;

/// <summary>A product as the app gets it.</summary>
internal sealed record AppProduct(long Id, string Sku, string Name, decimal Price, string Currency, int Stock)
{
    private const int PageSize = 24;

    public static IResult List(HttpContext http, LegacyDatabase shop)
    {
        var page = int.TryParse(http.Request.Query["page"], CultureInfo.InvariantCulture, out var asked) ? Math.Max(1, asked) : 1;
        return shop.Read(db =>
        {
            var count = db.QueryNumber($"SELECT COUNT(*) FROM Product WHERE Published = 1")!.Value;
            var products = db.Query(
                $"SELECT Id, Sku, Name, Price, StockQuantity FROM Product WHERE Published = 1 ORDER BY Id LIMIT {PageSize} OFFSET {(page - 1) * PageSize}", Row);
            return TypedResults.Json(new { page, pages = (count + PageSize - 1) / PageSize, products });
        });
    }

    public static IResult Get(long id, LegacyDatabase shop) =>
        shop.Read(db => db.Query($"SELECT Id, Sku, Name, Price, StockQuantity FROM Product WHERE Published = 1 AND Id = {id}", Row))
            is [var product] ? TypedResults.Json(product) : TypedResults.NotFound();

    private static AppProduct Row(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetDecimal(3), "EUR", row.GetInt32(4));
}
