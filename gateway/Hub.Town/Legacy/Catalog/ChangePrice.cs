using Hub.Storage;
using Hub.Town.Legacy.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Catalog;

/// <summary>The shopkeeper's hand: a product's price, in EUR, from now on.</summary>
internal sealed record ChangePrice(decimal Price)
{
    private const string AdminKey = "town-admin";
    private const long OldPriceStandsMs = 30 * 60 * 1000;

    public static IResult Post(long id, ChangePrice change, HttpContext http, LegacyDatabase shop)
    {
        if (http.Request.Headers["X-Admin-Key"] != AdminKey)
        {
            return TypedResults.Unauthorized();
        }

        if (change.Price <= 0 || change.Price != decimal.Round(change.Price, 2))
        {
            return TypedResults.UnprocessableEntity(new { error = "A price is above 0 and has two decimals at most." });
        }

        return shop.Write(db => Change(db, shop, id, change.Price))
            ? TypedResults.Json(new { id, price = change.Price })
            : TypedResults.NotFound();
    }

    /// <summary>Whether the product had this price at any moment of the last half hour: what partners may charge.</summary>
    public static bool WasAsked(SqliteConnection db, LegacyDatabase shop, long product, decimal price)
    {
        var since = shop.NowMs - OldPriceStandsMs;
        return db.Query($"""
            SELECT Price FROM PriceHistory WHERE ProductId = {product} AND SinceMs >=
              (SELECT MAX(SinceMs) FROM PriceHistory WHERE ProductId = {product} AND SinceMs <= {since})
            """, row => row.GetDecimal(0)).Contains(price);
    }

    private static bool Change(SqliteConnection db, LegacyDatabase shop, long id, decimal price)
    {
        if (db.Execute($"UPDATE Product SET Price = {price}, UpdatedOn = {shop.Now} WHERE Id = {id}") == 0)
        {
            return false;
        }

        db.Execute($"INSERT INTO PriceHistory(ProductId, Price, SinceMs) VALUES ({id}, {price}, {shop.NowMs})");
        return true;
    }
}
