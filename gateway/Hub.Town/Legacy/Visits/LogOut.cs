using Hub.Storage;
using Hub.Town.Legacy.Store;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Visits;

/// <summary>Log-out: the session ends and a fresh one begins; the customer's cart stays the customer's.</summary>
internal static class LogOut
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
        var key = Sessions.NewKey();
        shop.Write(db =>
        {
            db.Execute($"DELETE FROM Session WHERE Id = {visitor.SessionId}");
            Sessions.Open(db, key, shop.Now);
        });
        Sessions.SetCookie(http, key);
        await LegacyPage.GoTo(http, "/");
    }
}
