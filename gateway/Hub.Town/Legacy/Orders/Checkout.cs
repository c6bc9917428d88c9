using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Orders;

/// <summary>
/// The shop's own checkout. Its form carries the id of the attempt, so that a form sent twice is one order.
/// </summary>
internal static class Checkout
{
    public static Task Show(HttpContext http, LegacyDatabase shop, FormTokens tokens)
    {
        var cart = Sessions.FindOrOpen(http, shop).Cart;
        return shop.Read(db => Cart.Summary(db, cart)).Lines == 0
            ? LegacyPage.GoTo(http, "/cart", StatusCodes.Status302Found)
            : Show(http, shop, tokens, Sessions.NewKey(), null);
    }

    public static async Task Post(HttpContext http, LegacyDatabase shop, FormTokens tokens)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!tokens.Fits(http, form))
        {
            await LegacyPage.ShowNotFound(http, shop);
            return;
        }

        var visitor = Sessions.FindOrOpen(http, shop);
        var attempt = form["attempt"].ToString();
        var ship = new ShipTo(form["name"].ToString(), form["street"].ToString(), form["city"].ToString(), form["zip"].ToString(), form["country"].ToString());
        var email = visitor.Email ?? form["email"].ToString();
        if (ship.Problem() is { } problem || !email.Contains('@', StringComparison.Ordinal))
        {
            await Show(http, shop, tokens, attempt, ship.Problem() ?? "An e-mail address is needed.");
            return;
        }

        var order = shop.Write(db => PlaceCart.Place(db, shop, visitor.Cart, email, "web", ship, attempt));
        await LegacyPage.GoTo(http, order is null ? "/cart" : $"/checkout/done/{order.Number}");
    }

    public static Task ShowDone(string orderNumber, HttpContext http, LegacyDatabase shop) => LegacyPage.Show(http, shop, page =>
        PlacedOrder.Find(page.Db, orderNumber) is { } order
            ? new LegacyPage("Thank you", CheckoutPage.Done(page.Frame, order.Number, order.Status, order.Total))
            : null);

    private static Task Show(HttpContext http, LegacyDatabase shop, FormTokens tokens, string attempt, string? problem) =>
        LegacyPage.Show(http, shop, page => new LegacyPage("Checkout", CheckoutPage.Form(
            page.Frame, Cart.Lines(page.Db, page.Visitor.Cart), page.Visitor.Name, page.Visitor.Email,
            Html.Of($"""{tokens.Hidden(http)}<input type="hidden" name="attempt" value="{attempt}">"""), problem)));
}
