using AngleSharp.Html.Parser;
using Hub.Configuration;

namespace Hub.Cli.Checking;

/// <summary>
/// Links that lead around the gateway: legacy shops answer absolute links, redirects, base addresses and cookie domains
/// made from a configured name. The gateway does not rewrite bodies; it takes over the name.
/// </summary>
internal static class LinkCheck
{
    /// <param name="path">The value that the findings are about.</param>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(
        LegacyPages pages, ConfigNode root, string path, CancellationToken cancellationToken)
    {
        var (legacy, shop) = (pages.Legacy, pages.Shop);
        if (await pages.GetAsync(new Uri(shop, "/"), cancellationToken) is not { } response)
        {
            return [];
        }

        using (response)
        {
            var around = Redirect(response, shop).Concat(Cookies(response, shop));
            if (response.Content.Headers.ContentType?.MediaType == "text/html")
            {
                around = around.Concat(Html(await response.Content.ReadAsStringAsync(cancellationToken), legacy, shop));
            }

            return [.. around.Distinct().Select(what => Finding.Warning(
                root, path, $"legacy's home {what}", "it leads around the gateway, and customers with it",
                $"let legacy use the name {shop.Authority} for itself (its base URL setting), and let that name lead to the gateway"))];
        }
    }

    private static IEnumerable<string> Redirect(HttpResponseMessage response, Uri shop)
    {
        if (response.Headers.Location is { IsAbsoluteUri: true } location && location.Authority != shop.Authority)
        {
            yield return $"redirects to {location}";
        }
    }

    private static IEnumerable<string> Cookies(HttpResponseMessage response, Uri shop) =>
        from cookie in response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : []
        let domain = cookie.Split(';').Skip(1).Select(part => part.Trim())
            .FirstOrDefault(part => part.StartsWith("Domain=", StringComparison.OrdinalIgnoreCase))?[7..].TrimStart('.')
        where domain is not null && shop.Host != domain && !shop.Host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase)
        select $"sets the cookie {cookie.Split('=')[0]} for the domain {domain}, which browsers refuse from {shop.Host}";

    private static IEnumerable<string> Html(string html, Uri legacy, Uri shop)
    {
        using var page = new HtmlParser().ParseDocument(html);
        var counts = new Dictionary<string, int>();
        foreach (var element in page.QuerySelectorAll("base[href], a[href], form[action], link[href], script[src], img[src], iframe[src]"))
        {
            var target = element.GetAttribute("href") ?? element.GetAttribute("action") ?? element.GetAttribute("src");
            if (target is not null
                && Uri.TryCreate(shop, target, out var link)
                && link.Scheme is "http" or "https"
                && link.Authority != shop.Authority
                && (element.LocalName == "base" || IsShop(link, legacy, shop)))
            {
                var key = $"{link.Scheme}://{link.Authority} by <{element.LocalName}>";
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        return counts.Select(found => $"names {found.Key} ({found.Value} times)");
    }

    // A link to somebody else's site is none of our business; one to the shop's own machines or names is.
    private static bool IsShop(Uri link, Uri legacy, Uri shop) =>
        link.Authority == legacy.Authority || link.Host == shop.Host
        || WithoutWww(link.Host).Equals(WithoutWww(shop.Host), StringComparison.OrdinalIgnoreCase);

    private static string WithoutWww(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;
}
