using System.Net.Http.Headers;
using AngleSharp.Html.Parser;
using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Cli.Checking;

/// <summary>
/// What caches in front do (SAFETY.md 10): the shop's public address is asked as two customers, an address for each route
/// of a group that it has (its own path, or the first on the home page), and purge hooks are looked for.
/// </summary>
/// <remarks>
/// Nothing is purged and no secret is sent: whether a cache takes a purge is seen at a flip, by <c>--wait</c> and status.
/// Reads only; at most <see cref="MostRoutes"/> routes, four requests each.
/// </remarks>
internal static class CacheCheck
{
    private const int MostRoutes = 30;
    private const string RequestId = "Hub-Request-Id";

    public static async Task<IReadOnlyList<Finding>> CheckAsync(
        HttpClient http, ConfigNode root, HubConfig hub, ProxySection proxy, Uri shop, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var (name, purge) in hub.Caches.Purge)
        {
            if (await UnreachedAsync(http, purge, cancellationToken) is { } why)
            {
                findings.Add(Finding.Warning(
                    root, $"Hub.Caches.Purge.{name}.Url", $"the cache '{name}' is not reached ({why})",
                    "after a flip customers see the other side's pages until it is", "start it, correct the address, or see that control's machine may reach it"));
            }
        }

        var routes = hub.Groups.SelectMany(group => group.Value.Routes.Select(route => (Group: group.Key, Id: route.Key, Config: route.Value)))
            .Where(route => !route.Config.GetWrites).ToList();
        if (routes.Count == 0)
        {
            return findings;
        }

        var isCached = routes.Exists(route => route.Config.Cached != CachedBy.No);
        if (await AskAsync(http, shop, "", cancellationToken) is not { } home || home.RequestId is null)
        {
            if (isCached)
            {
                findings.Add(Finding.Note(
                    root, "Hub.PublicUrl", $"{shop} is not answered by a gateway", "what caches in front of it do was not looked at",
                    "run 'hub check' again when it is, where customers' requests come from"));
            }

            return findings;
        }

        // Two customers, each with the cookies of a first visit.
        var (anna, bert) = (home.Cookies, (await AskAsync(http, shop, "", cancellationToken))?.Cookies ?? "");
        var addresses = await AddressesAsync(proxy, hub, shop, home.Body);
        foreach (var (group, id, config) in routes.Where(route => addresses.ContainsKey(route.Id)).Take(MostRoutes))
        {
            var address = addresses[id];
            if (await AskAsync(http, address, anna, cancellationToken) is not { } first
                || await AskAsync(http, address, bert, cancellationToken) is not { } other)
            {
                continue;
            }

            var path = $"Hub.Groups.{group}.Routes.{id}";
            var kept = other.Kept || (first.RequestId is not null && first.RequestId == other.RequestId);
            if (kept && config.Cached == CachedBy.No)
            {
                findings.Add(Finding.Warning(
                    root, path, $"a cache in front keeps {address.AbsolutePath}, and the route '{id}' is not declared as cached",
                    "customers get the side of the one who came first, and flips are not seen",
                    "write \"Cached\": \"Url\" or \"Header\" (docs/caches.md), or let the cache pass the route on"));
            }

            var ofHub = other.SetCookies.Concat(first.SetCookies).Any(cookie => cookie.StartsWith("hub=", StringComparison.Ordinal) || cookie.StartsWith("hub-side-", StringComparison.Ordinal));
            if ((kept && other.SetCookies.Count > 0) || (ofHub && config.Cached != CachedBy.No))
            {
                findings.Add(Finding.Warning(
                    root, path, $"{address.AbsolutePath} is kept for many customers with the cookie {(other.SetCookies.Count > 0 ? other : first).SetCookies[0].Split('=')[0]}",
                    "all of them become one customer", "let the cache keep no answer that has Set-Cookie (docs/caches.md)"));
            }

            // What changes by itself says nothing of customers.
            if (config.Cached != CachedBy.No && first.Body != other.Body
                && await AskAsync(http, address, anna, cancellationToken) is { } again && again.Body == first.Body
                && await AskAsync(http, address, bert, cancellationToken) is { } othersAgain && othersAgain.Body == other.Body)
            {
                findings.Add(Finding.Warning(
                    root, path, $"{address.AbsolutePath} answers two customers differently, and the route '{id}' is declared as cached",
                    "who comes second gets what was the first one's, or the cache keeps nothing",
                    "remove Cached, or let the cache ask without cookies and the page load what is a customer's by itself"));
            }
        }

        return findings;
    }

    /// <summary>An address for each route that is asked for with GET: a path without parameters, or one of the home page.</summary>
    private static async Task<Dictionary<string, Uri>> AddressesAsync(ProxySection proxy, HubConfig hub, Uri shop, string home)
    {
        await using var match = new RouteMatch(proxy, hub);
        var seen = new HtmlParser().ParseDocument(home).QuerySelectorAll("[href]:not([rel~=nofollow]), [src]")
            .Select(element => element.GetAttribute("src") ?? element.GetAttribute("href"));
        var addresses = new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in proxy.Routes.Select(route => route.Match.Path).Where(path => path?.Contains('{', StringComparison.Ordinal) == false).Concat(seen))
        {
            if (Uri.TryCreate(shop, text, out var address) && address.Authority == shop.Authority && address.Scheme == shop.Scheme
                && await TakerAsync(match, address) is { } route)
            {
                addresses.TryAdd(route, address);
            }
        }

        return addresses;
    }

    private static async Task<string?> TakerAsync(RouteMatch match, Uri address)
    {
        try
        {
            return await match.OfAsync("GET", address);
        }
        catch (InvalidOperationException)
        {
            // Two routes take it; told by RouteOverlap.
            return null;
        }
    }

    private static async Task<Seen?> AskAsync(HttpClient http, Uri address, string cookies, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        if (cookies.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        }

        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            return new Seen(
                Values(answer, RequestId) is [var id, ..] ? id : null, answer.Headers.Age > TimeSpan.Zero || IsHit(answer),
                Values(answer, "Set-Cookie"), await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Varnish tells the id of the request that filled it, too; others say so in a word.</summary>
    private static bool IsHit(HttpResponseMessage answer) =>
        Values(answer, "X-Varnish").Any(ids => ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > 1)
        || Values(answer, "X-Cache").Concat(Values(answer, "CF-Cache-Status")).Any(word => word.Contains("HIT", StringComparison.OrdinalIgnoreCase));

    private static List<string> Values(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? [.. values] : [];

    /// <returns>Why it is not reached; null where anything answers, be it a refusal.</returns>
    private static async Task<string?> UnreachedAsync(HttpClient http, PurgeConfig purge, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(purge.Url?.Replace("{key}", "hub-check", StringComparison.Ordinal), UriKind.Absolute, out var address))
        {
            return null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Head, address);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return UpstreamCheck.Reason(e);
        }
    }

    /// <param name="Kept">A cache says that it had it.</param>
    private sealed record Seen(string? RequestId, bool Kept, IReadOnlyList<string> SetCookies, string Body)
    {
        public string Cookies => string.Join("; ", SetCookies.Select(cookie => cookie.Split(';')[0]));
    }
}
