using System.Text.RegularExpressions;

namespace Hub.Gateway.Discovering;

/// <summary>What names in addresses tell.</summary>
internal static partial class PathWords
{
    /// <summary>Parameters by which shops with one front script choose the page.</summary>
    private static readonly string[] Choosing = ["route", "controller", "dispatch", "fc", "option", "cmd", "do"];

    private static readonly string[] Tracking = ["utm_", "gclid", "fbclid", "msclkid", "_ga", "mc_", "ref", "sid", "phpsessid", "page", "p", "sort", "limit", "order"];

    private static readonly string[] Files =
        ["css", "js", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "woff", "woff2", "ttf", "eot", "mp4", "webm", "pdf"];

    /// <summary>A number, a GUID, a long hexadecimal, or mostly digits: an order's number.</summary>
    public static bool IsId(string segment)
    {
        if (Guid.TryParse(segment, out _) || (segment.Length >= 16 && segment.All(char.IsAsciiHexDigit)))
        {
            return true;
        }

        var digits = segment.Count(char.IsAsciiDigit);
        return digits > 0 && (digits == segment.Length || (digits >= 4 && digits * 2 >= segment.Length));
    }

    /// <summary>A picture, a script: nothing that a group would be made of.</summary>
    public static bool IsFile(string segment) =>
        segment.LastIndexOf('.') is var dot and > 0 && Files.Contains(segment[(dot + 1)..], StringComparer.OrdinalIgnoreCase);

    /// <summary>It can stand in a route's path as it is.</summary>
    public static bool IsPlain(string segment) => segment.Length <= 100 && Plain().IsMatch(segment);

    /// <summary>It names a place of every shop, and no product.</summary>
    public static bool IsPlace(string segment) => Place().IsMatch(segment);

    /// <summary>The parameter that chooses the page, <c>route=product/product</c>; empty where none does.</summary>
    public static string Choice(string query)
    {
        foreach (var pair in query.Split('&', 20))
        {
            if (pair.Split('=', 2) is [var name, { Length: > 0 and <= 100 } value] && Choosing.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                var choice = Uri.UnescapeDataString(value.Replace('+', ' '));
                return Plain().IsMatch(choice.Replace('/', '-')) && !IsId(choice) ? $"{name.ToLowerInvariant()}={choice}" : "";
            }
        }

        return "";
    }

    /// <summary>It has a parameter that is more than tracking and paging: <c>q</c> of a search.</summary>
    public static bool Asks(string query) => query.Length > 0 && query.Split('&', 20).Any(pair =>
        pair.Split('=', 2) is [{ Length: > 0 } name, _] && !Tracking.Any(known => known.EndsWith('_')
            ? name.StartsWith(known, StringComparison.OrdinalIgnoreCase)
            : name.Equals(known, StringComparison.OrdinalIgnoreCase)));

    [GeneratedRegex(@"^[\w.~!$'()+,;=@-]+$")]
    private static partial Regex Plain();

    [GeneratedRegex(
        "^(cart|basket|bag|warenkorb|panier|carrito|checkout|kasse|onepage|caisse|pay(ment)?s?|order(s|-?status)?|login|logon|signin|logout|register|signup|"
        + "account|customer|konto|mein-konto|profile|password|wishlist|merkzettel|compare|search|suche|recherche|contact|kontakt|newsletter|api|graphql|admin|"
        + @"wp-admin|backend|rest|feed|blog|help|about(-us)?|faq|imprint|impressum|terms|agb|privacy|datenschutz|product|products|category|categories|catalog|"
        + @"assets|static|media|images|img|css|js|dist|.*\.(php|aspx?|jsp|cgi|txt|xml|json))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Place();
}
