using System.Globalization;
using System.Text.Json;
using Hub.Storage;
using Hub.Town.Legacy.App;
using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Partner;

/// <param name="UnitPrice">The price, in EUR, that the customer was shown; null takes the product's own.</param>
internal sealed record PartnerCartLine(long ProductId, int Quantity, decimal? UnitPrice);

/// <summary>
/// Carts for a partner that keeps them too: <c>/partner/carts/17</c> is customer 17's, <c>/partner/carts/session</c> that of
/// the request's session cookie. A PUT merges lines in, a DELETE takes all out and answers with them; under the same
/// <c>Idempotency-Key</c> each is done once, and answered as the first time.
/// </summary>
internal sealed record PartnerCart(List<PartnerCartLine>? Lines)
{
    /// <summary>So long the same key is answered as the first time: 30 days.</summary>
    private const long KeptMs = 30L * 24 * 60 * 60 * 1000;

    public static IResult Get(string owner, HttpContext http, LegacyDatabase shop) => shop.Read<IResult>(db =>
        Owner(owner, http, db) is { } cart ? TypedResults.Json(AppCart.Json(Cart.Lines(db, cart))) : TypedResults.NotFound());

    public static IResult Delete(string owner, HttpContext http, LegacyDatabase shop) => shop.Write<IResult>(db =>
    {
        var takeKey = http.Request.Headers["Idempotency-Key"].ToString();
        if (takeKey.Length > 0 && db.Query($"SELECT Cart FROM CartTake WHERE TakeKey = {takeKey}", row => row.GetString(0)) is [var taken])
        {
            return TypedResults.Text(taken, "application/json");
        }

        if (Owner(owner, http, db) is not { } cart)
        {
            return TypedResults.NotFound();
        }

        var lines = JsonSerializer.Serialize(AppCart.Json(Cart.Lines(db, cart)), JsonSerializerOptions.Web);
        Cart.Empty(db, cart);
        if (takeKey.Length > 0)
        {
            db.Execute($"DELETE FROM CartTake WHERE AtMs < {shop.NowMs - KeptMs}");
            db.Execute($"INSERT INTO CartTake(TakeKey, Cart, AtMs) VALUES ({takeKey}, {lines}, {shop.NowMs})");
        }

        return TypedResults.Text(lines, "application/json");
    });

    /// <summary>A session that the shop doesn't know is opened, and its cookie is in the answer.</summary>
    public static IResult Put(string owner, PartnerCart carried, HttpContext http, LegacyDatabase shop)
    {
        var mergeKey = http.Request.Headers["Idempotency-Key"].ToString();
        var (answer, sessionKey) = shop.Write<(IResult, string?)>(db =>
        {
            var merged = db.Query($"SELECT SessionKey FROM CartMerge WHERE MergeKey = {mergeKey}", row => row.TextOrNull(0));
            if (mergeKey.Length > 0 && merged is [var opened])
            {
                var known = opened is null ? Owner(owner, http, db) : Find(db, opened);
                return (TypedResults.Json(new { lines = known is { } kept ? Cart.Summary(db, kept).Lines : 0 }), opened);
            }

            string? key = null;
            var cart = Owner(owner, http, db);
            if (cart is null && owner == "session")
            {
                key = Sessions.NewKey();
                cart = new CartOwner(null, Sessions.Open(db, key, shop.Now));
            }

            if (cart is not { } target)
            {
                return (TypedResults.NotFound(), null);
            }

            foreach (var line in carried.Lines ?? [])
            {
                Cart.Add(db, target, line.ProductId, line.Quantity, line.UnitPrice);
            }

            if (mergeKey.Length > 0)
            {
                db.Execute($"DELETE FROM CartMerge WHERE AtMs < {shop.NowMs - KeptMs}");
                db.Execute($"INSERT INTO CartMerge(MergeKey, SessionKey, AtMs) VALUES ({mergeKey}, {key}, {shop.NowMs})");
            }

            return (TypedResults.Json(new { lines = Cart.Summary(db, target).Lines }), key);
        });
        if (sessionKey is not null)
        {
            Sessions.SetCookie(http, sessionKey);
        }

        return answer;
    }

    private static CartOwner? Owner(string owner, HttpContext http, SqliteConnection db) =>
        owner == "session" ? Sessions.Find(http, db)?.Cart
        : long.TryParse(owner, CultureInfo.InvariantCulture, out var id) && db.QueryNumber($"SELECT Id FROM Customer WHERE Id = {id}") is { } customer ? new CartOwner(customer, null)
        : null;

    private static CartOwner? Find(SqliteConnection db, string sessionKey) =>
        db.QueryNumber($"SELECT Id FROM Session WHERE SessionKey = {sessionKey}") is { } session ? new CartOwner(null, session) : null;
}
