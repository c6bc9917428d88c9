using System.Security.Cryptography;
using Hub.Storage;
using Hub.Town.Legacy.Store;
using Hub.Town.Look;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Visits;

/// <summary>The shop's sessions, by the cookie <c>SHOPSESSION</c>; they are rows and outlive a restart.</summary>
internal static class Sessions
{
    public const string Cookie = "SHOPSESSION";

    /// <summary>The visitor of the request's cookie; null where it has none that the shop knows.</summary>
    public static Visitor? Find(HttpContext http, SqliteConnection db)
    {
        var key = http.Request.Cookies[Cookie];
        return string.IsNullOrEmpty(key) ? null : db.Query($"""
            SELECT Session.Id, Customer.Id, Customer.Name, Customer.Email FROM Session
            LEFT JOIN Customer ON Customer.Id = Session.CustomerId WHERE SessionKey = {key}
            """, row => new Visitor(row.GetInt64(0), row.NumberOrNull(1), row.TextOrNull(2), row.TextOrNull(3))).SingleOrDefault();
    }

    /// <summary>The visitor; one without a cookie gets a guest row and a session, even for a look at a page.</summary>
    public static Visitor FindOrOpen(HttpContext http, LegacyDatabase shop)
    {
        if (shop.Read(db => Find(http, db)) is { } known)
        {
            return known;
        }

        var key = NewKey();
        var session = shop.Write(db =>
        {
            db.Execute($"INSERT INTO Guest(Agent, CreatedOn) VALUES ({http.Request.Headers.UserAgent.ToString()}, {shop.Now})");
            return Open(db, key, shop.Now, db.QueryNumber($"SELECT last_insert_rowid()"));
        });
        SetCookie(http, key);
        return new Visitor(session, null, null, null);
    }

    public static long Open(SqliteConnection db, string key, string now, long? guest = null)
    {
        db.Execute($"INSERT INTO Session(SessionKey, GuestId, CreatedOn) VALUES ({key}, {guest}, {now})");
        return db.QueryNumber($"SELECT last_insert_rowid()")!.Value;
    }

    /// <summary>Gives the session a new key and, with it, to the customer; the old key is good for nothing any more.</summary>
    public static string Rotate(SqliteConnection db, long session, long customer)
    {
        var key = NewKey();
        db.Execute($"UPDATE Session SET SessionKey = {key}, CustomerId = {customer} WHERE Id = {session}");
        return key;
    }

    public static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static void SetCookie(HttpContext http, string key) => http.Response.Cookies.Append(Cookie, key, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = ShopFrame.IsSecure(http.Request),
    });
}
