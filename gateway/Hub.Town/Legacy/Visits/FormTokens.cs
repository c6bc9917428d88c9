using System.Security.Cryptography;
using System.Text;
using Hub.Storage;
using Hub.Town.Legacy.Store;
using Hub.Town.Look;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Visits;

/// <summary>
/// Antiforgery: the cookie <c>SHOPTOKEN</c> and the hidden field <c>__token</c>, which differs on each page and fits that
/// cookie only.
/// </summary>
internal sealed class FormTokens(LegacyDatabase shop)
{
    public const string Cookie = "SHOPTOKEN";
    public const string Field = "__token";

    private readonly byte[] _key = Convert.FromHexString(
        shop.Read(db => db.Query($"SELECT Value FROM Setting WHERE Name = 'FormKey'", row => row.GetString(0)).Single()));

    /// <summary>The hidden field for a form on the page that answers the request.</summary>
    public Html Hidden(HttpContext http)
    {
        var cookie = http.Request.Cookies[Cookie];
        if (string.IsNullOrEmpty(cookie))
        {
            cookie = Sessions.NewKey();
            http.Response.Cookies.Append(Cookie, cookie, new CookieOptions
            {
                SameSite = SameSiteMode.Strict,
                Secure = ShopFrame.IsSecure(http.Request),
            });
        }

        var nonce = Sessions.NewKey();
        return Html.Of($"""<input type="hidden" name="{Field}" value="{nonce}.{Sign(cookie, nonce)}">""");
    }

    public bool Fits(HttpContext http, IFormCollection form)
    {
        var parts = form[Field].ToString().Split('.');
        return parts.Length == 2
            && http.Request.Cookies[Cookie] is { Length: > 0 } cookie
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(cookie, parts[0])), Encoding.UTF8.GetBytes(parts[1]));
    }

    private string Sign(string cookie, string nonce) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{cookie}:{nonce}")));
}
