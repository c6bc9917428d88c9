using System.Security.Cryptography;
using Hub.Town.Look;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront;

/// <summary>
/// The storefront's own antiforgery: a random cookie, and in each form the same masked by another random number, so that
/// no two pages hold the same token. Legacy's are of no use here, and these are of none there.
/// </summary>
internal static class FormTokens
{
    public const string Field = "__token";
    public const string Cookie = "NEWTOKEN";
    private const int Length = 16;

    /// <summary>The form's hidden field; sets the cookie where the client has none.</summary>
    public static Html Hidden(HttpContext http)
    {
        if (!TryRead(http.Request.Cookies[Cookie], Length, out var secret))
        {
            secret = RandomNumberGenerator.GetBytes(Length);
            http.Response.Cookies.Append(Cookie, Convert.ToHexStringLower(secret), new CookieOptions
            {
                Path = "/",
                SameSite = SameSiteMode.Lax,
                Secure = ShopFrame.IsSecure(http.Request),
            });
        }

        var mask = RandomNumberGenerator.GetBytes(Length);
        return Html.Of($"""<input type="hidden" name="{Field}" value="{Convert.ToHexStringLower([.. mask, .. Masked(secret, mask)])}">""");
    }

    /// <summary>Whether the form came from a page that this client got from here.</summary>
    public static bool Check(HttpContext http, IFormCollection form) =>
        TryRead(http.Request.Cookies[Cookie], Length, out var secret)
        && TryRead(form[Field], 2 * Length, out var token)
        && CryptographicOperations.FixedTimeEquals(Masked(token[Length..], token[..Length]), secret);

    private static bool TryRead(string? hex, int length, out byte[] bytes)
    {
        bytes = new byte[length];
        return hex?.Length == 2 * length
            && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    private static byte[] Masked(byte[] value, byte[] mask) => [.. value.Zip(mask, (one, other) => (byte)(one ^ other))];
}
