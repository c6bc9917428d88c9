using Microsoft.AspNetCore.Http;

namespace Hub.Town.Look;

/// <summary>An entry of the shop's menu; <paramref name="ParentId"/> is null at the top.</summary>
internal sealed record MenuEntry(long Id, string Name, string Slug, long? ParentId);

/// <summary>What stands around every page of the shop.</summary>
/// <param name="Side">Which side made the page: <c>legacy</c> or <c>new</c>.</param>
/// <param name="Origin">Scheme and host that all links begin with; see <see cref="OriginOf"/>.</param>
/// <param name="Name">The name of who is logged in; null for guests.</param>
/// <param name="CartLines">The number of different products in the cart; null while the side that has it can't be asked.</param>
/// <param name="CartTotal">What they cost, in EUR; null likewise.</param>
internal sealed record ShopFrame(
    string Side, string Origin, string? Name, int? CartLines, decimal? CartTotal, IReadOnlyList<MenuEntry> Menu)
{
    /// <summary>An absolute address: the shop writes no relative ones.</summary>
    public string Url(string path) => Origin + path;

    /// <summary>
    /// The shop's own address as it believes it to be: made from Host, and https where the proxy says so; it does not
    /// know <c>X-Forwarded-Host</c>.
    /// </summary>
    public static string OriginOf(HttpRequest request) => $"{(IsSecure(request) ? "https" : "http")}://{request.Host}";

    public static bool IsSecure(HttpRequest request) => request.Headers["X-Forwarded-Proto"] == "https";
}
