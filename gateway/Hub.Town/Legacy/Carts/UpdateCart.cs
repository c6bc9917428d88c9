using System.Globalization;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Carts;

/// <summary>Sets the quantities of the cart's form, <c>quantity[17]=2</c>; 0 removes a line.</summary>
internal static class UpdateCart
{
    public static async Task Post(HttpContext http, LegacyDatabase shop, FormTokens tokens)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!tokens.Fits(http, form))
        {
            await LegacyPage.ShowNotFound(http, shop);
            return;
        }

        var visitor = Sessions.FindOrOpen(http, shop);
        shop.Write(db =>
        {
            foreach (var (name, value) in form)
            {
                if (name.StartsWith("quantity[", StringComparison.Ordinal)
                    && long.TryParse(name.AsSpan(9).TrimEnd(']'), CultureInfo.InvariantCulture, out var product)
                    && int.TryParse(value, CultureInfo.InvariantCulture, out var quantity))
                {
                    Cart.Set(db, visitor.Cart, product, quantity);
                }
            }
        });
        await LegacyPage.GoTo(http, "/cart");
    }
}
