using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Carts;

internal static class ShowCart
{
    public static Task Get(HttpContext http, LegacyDatabase shop, FormTokens tokens) => LegacyPage.Show(http, shop, page =>
        new LegacyPage("Cart", CartPage.Body(page.Frame, Cart.Lines(page.Db, page.Visitor.Cart), tokens.Hidden(http))));

    /// <summary>The mini-cart, for pages that another side made; a visitor without a session gets none.</summary>
    public static IResult GetMini(HttpContext http, LegacyDatabase shop) => shop.Read(db =>
    {
        var visitor = Sessions.Find(http, db);
        var (lines, total) = visitor is null ? (0, 0m) : Cart.Summary(db, visitor.Cart);
        return TypedResults.Json(new { lines, total, name = visitor?.Name });
    });
}
