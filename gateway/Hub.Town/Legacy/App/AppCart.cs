using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Store;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.App;

/// <summary>The cart as the app gets it; it is the same as the customer's on the web.</summary>
internal static class AppCart
{
    public static IResult Get(HttpContext http, LegacyDatabase shop) =>
        AppCustomer.Ask(http, shop, customer => TypedResults.Json(Json(shop.Read(db => Cart.Lines(db, customer.Cart)))));

    public static IResult Add(AppCartItem item, HttpContext http, LegacyDatabase shop) => AppCustomer.Ask(http, shop, customer =>
        shop.Write(db => Cart.Add(db, customer.Cart, item.ProductId, item.Quantity))
            ? TypedResults.Json(Json(shop.Read(db => Cart.Lines(db, customer.Cart))))
            : TypedResults.NotFound());

    public static IResult Remove(long productId, HttpContext http, LegacyDatabase shop) => AppCustomer.Ask(http, shop, customer =>
    {
        shop.Write(db => Cart.Set(db, customer.Cart, productId, 0));
        return TypedResults.NoContent();
    });

    public static object Json(List<CartViewLine> lines) => new
    {
        lines = lines.Select(line => new { line.ProductId, line.Sku, line.Name, line.Quantity, line.UnitPrice }),
        total = lines.Sum(line => line.Sum),
    };
}

internal sealed record AppCartItem(long ProductId, int Quantity = 1);
