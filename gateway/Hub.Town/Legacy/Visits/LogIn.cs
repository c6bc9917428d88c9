using Hub.Storage;
using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Store;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Visits;

/// <summary>Log-in: the session's key rotates, and the guest's cart is merged into the customer's.</summary>
internal static class LogIn
{
    public static Task Show(HttpContext http, LegacyDatabase shop, FormTokens tokens) => Show(http, shop, tokens, null, null);

    public static async Task Post(HttpContext http, LegacyDatabase shop, FormTokens tokens)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!tokens.Fits(http, form))
        {
            await LegacyPage.ShowNotFound(http, shop);
            return;
        }

        var email = form["email"].ToString();
        if (shop.Read(db => Known(db, email, form["password"].ToString())) is not { } customer)
        {
            await Show(http, shop, tokens, email, "That e-mail and password do not fit. Try again.");
            return;
        }

        var visitor = Sessions.FindOrOpen(http, shop);
        Sessions.SetCookie(http, shop.Write(db =>
        {
            Cart.Merge(db, visitor.Cart, new CartOwner(customer, null));
            return Sessions.Rotate(db, visitor.SessionId, customer);
        }));
        await LegacyPage.GoTo(http, "/account");
    }

    /// <summary>The customer's id; null where e-mail and password do not fit.</summary>
    public static long? Known(SqliteConnection db, string email, string password) => db.Query(
            $"SELECT Id, PasswordHash FROM Customer WHERE Email = {email} AND Active = 1",
            row => (Id: row.GetInt64(0), Hash: row.GetString(1)))
        .Where(customer => Password.Fits(password, customer.Hash))
        .Select(customer => (long?)customer.Id)
        .SingleOrDefault();

    private static Task Show(HttpContext http, LegacyDatabase shop, FormTokens tokens, string? email, string? problem) =>
        LegacyPage.Show(http, shop, page => new LegacyPage("Log in", AccountPages.LogIn(page.Frame, tokens.Hidden(http), email, problem)));
}
