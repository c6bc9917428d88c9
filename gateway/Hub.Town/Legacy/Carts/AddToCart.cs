using System.Globalization;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Carts;

/// <summary>Puts a product into the cart; product pages are cached, so their form carries no antiforgery token.</summary>
internal static class AddToCart
{
    public static async Task Post(HttpContext http, LegacyDatabase shop)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var visitor = Sessions.FindOrOpen(http, shop);
        if (!long.TryParse(form["productId"], CultureInfo.InvariantCulture, out var product)
            || !int.TryParse(form["quantity"], CultureInfo.InvariantCulture, out var quantity)
            || !shop.Write(db => Cart.Add(db, visitor.Cart, product, quantity)))
        {
            await LegacyPage.ShowNotFound(http, shop);
            return;
        }

        await LegacyPage.GoTo(http, "/cart");
    }
}
