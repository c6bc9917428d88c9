using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Hub.Town.Storefront;

/// <summary>
/// Who a request is from, as the hub says it in the signed header <c>Hub-Identity</c>. The storefront takes nobody else's
/// word: <see cref="HubIdentity"/> has validated it, and without one the request is a stranger's.
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
        var identity = request.HttpContext.Features.Get<JsonWebToken>();
        var carts = identity is not null && identity.TryGetPayloadValue<Dictionary<string, object>>("claims", out var claims)
            ? claims.GetValueOrDefault("carts")?.ToString()
            : null;
        return new Shopper(
            identity?.Subject,
            long.TryParse(Text(identity, "account"), NumberStyles.None, CultureInfo.InvariantCulture, out var account) ? account : null,
            Text(identity, "name"),
            carts == "legacy" || (carts is null && request.Cookies.ContainsKey(LegacySession)));
    }

    private static string? Text(JsonWebToken? identity, string claim) =>
        identity is not null && identity.TryGetPayloadValue<string>(claim, out var text) ? text : null;
}
