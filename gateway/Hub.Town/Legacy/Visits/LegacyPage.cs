using Hub.Storage;
using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Store;
using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Visits;

/// <summary>What a page of the legacy shop is made from.</summary>
internal sealed record PageRequest(SqliteConnection Db, Visitor Visitor, ShopFrame Frame);

/// <summary>A page of the legacy shop, ready to be framed.</summary>
/// <param name="Canonical">The path that search engines shall know it by.</param>
internal sealed record LegacyPage(string Title, Html Body, string? Canonical = null, int Status = 200)
{
    public const string Side = "legacy";

    /// <summary>Answers with the page that <paramref name="page"/> makes; null is a 404.</summary>
    public static Task Show(HttpContext http, LegacyDatabase shop, Func<PageRequest, LegacyPage?> page)
    {
        var visitor = Sessions.FindOrOpen(http, shop);
        var (frame, made) = shop.Read(db =>
        {
            var frame = Frame(http, db, visitor);
            return (frame, page(new PageRequest(db, visitor, frame)) ?? NotFound(frame));
        });
        return ShopPage.WriteAsync(http, frame, made.Title, made.Body, made.Status, made.Canonical);
    }

    /// <summary>What a failed antiforgery check, a HEAD and an unknown address have in common.</summary>
    public static Task ShowNotFound(HttpContext http, LegacyDatabase shop) => Show(http, shop, _ => null);

    /// <summary>Sends the browser elsewhere, to an absolute address made from Host.</summary>
    public static Task GoTo(HttpContext http, string path, int status = 303)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.Location = ShopFrame.OriginOf(http.Request) + path;
        return Task.CompletedTask;
    }

    private static LegacyPage NotFound(ShopFrame frame) => new("Not here", TextPages.NotFound(frame), null, 404);

    private static ShopFrame Frame(HttpContext http, SqliteConnection db, Visitor visitor)
    {
        var (lines, total) = Cart.Summary(db, visitor.Cart);
        var menu = db.Query($"""
            SELECT Category.Id, Name, Slug, ParentId FROM Category
            JOIN UrlRecord ON EntityName = 'Category' AND EntityId = Category.Id AND IsActive = 1 WHERE Published = 1 ORDER BY Category.Id
            """, row => new MenuEntry(row.GetInt64(0), row.GetString(1), row.GetString(2), row.NumberOrNull(3)));
        return new ShopFrame(Side, ShopFrame.OriginOf(http.Request), visitor.Name, lines, total, menu);
    }
}
