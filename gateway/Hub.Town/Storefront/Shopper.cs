using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront;

/// <summary>
/// Who a request is from, as the hub says it in <c>Hub-*</c> headers. The storefront takes nobody else's word: the hub
/// strips those headers from what clients send, and nothing but the hub reaches the storefront.
/// </summary>
/// <param name="Key">The customer's key at the hub; null for a client without one.</param>
/// <param name="Account">The account's id at legacy; null for guests.</param>
/// <param name="Name">The account's name; null for guests.</param>
/// <param name="CartAtLegacy">The customer's cart is at legacy: claimed, or not claimed while legacy has a session of theirs.</param>
internal sealed record Shopper(string? Key, long? Account, string? Name, bool CartAtLegacy)
{
    public const string LegacySession = "SHOPSESSION";

    public static Shopper Of(HttpRequest request)
    {
        var headers = request.Headers;
        var claims = headers["Hub-Claims"].ToString();
        return new Shopper(
            Present(headers["Hub-Customer"]),
            long.TryParse(headers["Hub-Account"], NumberStyles.None, CultureInfo.InvariantCulture, out var account) ? account : null,
            Present(headers["Hub-Name"]),
            claims.Contains("carts=legacy", StringComparison.Ordinal)
                || (!claims.Contains("carts=", StringComparison.Ordinal) && request.Cookies.ContainsKey(LegacySession)));
    }

    private static string? Present(string? value) => string.IsNullOrEmpty(value) ? null : Uri.UnescapeDataString(value);
}
