using Hub.Town.Legacy.Orders;
using Hub.Town.Legacy.Store;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Visits;

internal static class ShowAccount
{
    public static Task Get(HttpContext http, LegacyDatabase shop, FormTokens tokens) =>
        Sessions.FindOrOpen(http, shop).CustomerId is not { } customer
            ? LegacyPage.GoTo(http, "/login", StatusCodes.Status302Found)
            : LegacyPage.Show(http, shop, page => new LegacyPage("Account", AccountPages.Account(
                page.Frame, page.Visitor.Email!, PlacedOrder.OfCustomer(page.Db, customer), tokens.Hidden(http))));
}
