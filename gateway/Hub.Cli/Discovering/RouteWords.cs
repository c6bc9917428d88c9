using System.Text.RegularExpressions;
using Hub.Control.Protocol;

namespace Hub.Cli.Discovering;

/// <summary>What a route's address tells of it: for which group it may be, and whether a GET of it writes.</summary>
internal static partial class RouteWords
{
    /// <summary>The group that is proposed; null for what is left to legacy.</summary>
    public static string? Group(TrafficRoute route)
    {
        var text = $"{route.Path} {route.Query}";
        return Left().IsMatch(text) ? null
            : Checkout().IsMatch(text) ? "checkout"
            : Account().IsMatch(text) ? "account"
            : route.Unsafe * 2 > route.Requests && !Search().IsMatch(text) ? null
            : "catalog";
    }

    /// <summary>Why a GET may write; null where nothing speaks for it.</summary>
    public static string? WritesOnGet(TrafficRoute route)
    {
        if (route.Gets == 0)
        {
            return null;
        }

        if (Deed().IsMatch($"{route.Path} {route.Query}"))
        {
            return "by its name";
        }

        return route.Gets >= 5 && route.GetRedirects * 10 >= route.Gets * 8 ? $"{100 * route.GetRedirects / route.Gets} % of its GETs redirect"
            : route.Gets >= 5 && route.GetCookies * 10 >= route.Gets * 8 ? $"{100 * route.GetCookies / route.Gets} % of its GETs set a cookie"
            : null;
    }

    [GeneratedRegex("^/(assets|static|media|images|img|css|js|dist|admin|wp-admin|backend)(/|$| )|\\.(txt|xml|ico) $|\\*\\*rest", RegexOptions.IgnoreCase)]
    private static partial Regex Left();

    [GeneratedRegex("(cart|basket|bag|checkout|kasse|onepage|caisse|pay|payment|order|warenkorb|panier|carrito)s?([^a-z]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Checkout();

    [GeneratedRegex("(login|logon|signin|logout|signout|register|signup|account|customer|konto|profile|password|token|session|wishlist|merkzettel)s?([^a-z]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Account();

    [GeneratedRegex("search|suche|recherche|graphql|filter", RegexOptions.IgnoreCase)]
    private static partial Regex Search();

    [GeneratedRegex(
        "(?<![a-z])(add|remove|delete|update|clear|empty|logout|signout|unsubscribe|subscribe|confirm|activate|vote|cancel|setcurrency|setlanguage|"
        + "changecurrency|changelanguage|switch|addtocart)(?![a-z])",
        RegexOptions.IgnoreCase)]
    private static partial Regex Deed();
}
