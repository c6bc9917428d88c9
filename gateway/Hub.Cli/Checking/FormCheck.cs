using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Cli.Checking;

/// <summary>
/// Forms that the file does not declare (SAFETY.md 5): a page whose form posts a token to a route of a group goes where
/// that route goes, or the token meets the side that did not make it. Looked for on legacy's home and on pages linked there.
/// </summary>
internal static class FormCheck
{
    private const int MostPages = 30;
    private const int AtOnce = 4;

    /// <summary>Parts of the names that shops give to such fields: __RequestVerificationToken, csrf_token, form_key, _wpnonce.</summary>
    private static readonly string[] TokenNames = ["token", "csrf", "xsrf", "nonce", "form_key", "verification"];

    public static async Task<IReadOnlyList<Finding>> CheckAsync(
        LegacyPages legacy, ConfigNode root, HubConfig hub, ProxySection proxy, CancellationToken cancellationToken)
    {
        if (await legacy.PageAsync(new Uri(legacy.Shop, "/"), cancellationToken) is not { } home)
        {
            return [];
        }

        await using var routes = new RouteMatch(proxy, hub);
        var forms = new List<(string? Page, Uri Address, Uri Action)>(await FormsAsync(home));
        using var free = new SemaphoreSlim(AtOnce);
        foreach (var found in await Task.WhenAll((await LinksAsync()).Select(LookAsync)))
        {
            forms.AddRange(found);
        }

        var findings = new List<Finding>();
        foreach (var (page, address, action) in forms)
        {
            if (await routes.OfAsync("POST", action) is { } target
                && hub.Groups.FirstOrDefault(group => group.Value.Routes.ContainsKey(target)) is { Value: { } group, Key: var name }
                && Undeclared(root, name, group, page, target, $"the page {address.PathAndQuery}", action.AbsolutePath) is { } finding)
            {
                findings.Add(finding);
            }
        }

        return [.. findings.DistinctBy(finding => (finding.Problem.Path, finding.Problem.Fix))];

        // One page of each route comes before the second of any: thirty products show the same form.
        async Task<IEnumerable<Uri>> LinksAsync()
        {
            var links = new List<(string? Route, Uri Link)>();
            foreach (var link in home.Html.QuerySelectorAll("a[href]:not([rel~=nofollow])").Select(link => Seen(home, link, "href"))
                .OfType<Uri>().Where(legacy.IsOurs).Select(link => new Uri(legacy.Shop, link.PathAndQuery)).Distinct())
            {
                links.Add((await routes.OfAsync("GET", link), link));
            }

            return links.GroupBy(link => link.Route).SelectMany(route => route.Select((link, i) => (i, link.Link)))
                .OrderBy(link => link.i).Take(MostPages).Select(link => link.Link);
        }

        async Task<IReadOnlyList<(string? Page, Uri Address, Uri Action)>> LookAsync(Uri link)
        {
            await free.WaitAsync(cancellationToken);
            try
            {
                return await legacy.PageAsync(link, cancellationToken) is { } page ? await FormsAsync(page) : [];
            }
            finally
            {
                free.Release();
            }
        }

        async Task<IReadOnlyList<(string? Page, Uri Address, Uri Action)>> FormsAsync((Uri Address, IHtmlDocument Html) page)
        {
            var route = await routes.OfAsync("GET", page.Address);
            return [.. page.Html.QuerySelectorAll("form[method=post i]").Where(HasToken)
                .Select(form => Seen(page, form, "action")).OfType<Uri>().Where(legacy.IsOurs)
                .Select(action => (route, page.Address, new Uri(legacy.Shop, action.PathAndQuery)))];
        }
    }

    private static Finding? Undeclared(
        ConfigNode root, string name, GroupConfig group, string? page, string target, string words, string action)
    {
        var own = page is null ? null : group.Routes.GetValueOrDefault(page);
        if (own?.Form is { } form && (Same(form, target) || PlacedAlike(group, form, target)))
        {
            return null;
        }

        return Finding.Warning(
            root, own is null ? $"ReverseProxy.Routes.{page}" : $"Hub.Groups.{name}.Routes.{page}",
            $"{words} (route '{page}') has a form with a token that posts to {action} (route '{target}' of the group '{name}'), which it does not declare",
            "a token is of no use on the other side: who gets the page from one side and posts to the other is sent back to an empty form",
            own switch
            {
                _ when page is not null && Same(page, target) =>
                    $"make two routes of '{page}' by Match.Methods, and write \"Form\": with the POST's into the GET's",
                { Form: { } other } =>
                    $"a page has one Form, and '{page}' declares '{other}': let '{target}' write the same datasets, or make a page of its own for the form",
                { } => $"write \"Form\": \"{target}\" into Hub.Groups.{name}.Routes.{page}",
                null => $"put the page into the group '{name}' as well, by a route of its own with \"Form\": \"{target}\"",
            });
    }

    // Two routes that write the same datasets of one group always stand on one side, and so do their forms.
    private static bool PlacedAlike(GroupConfig group, string form, string target) =>
        group.Routes.GetValueOrDefault(form) is { Writes: var one } && group.Routes[target].Writes is [_, ..] other
        && one.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(other);

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool HasToken(IElement form) => form.QuerySelectorAll("input[type=hidden i][name]").Any(
        field => TokenNames.Any(part => field.GetAttribute("name")!.Contains(part, StringComparison.OrdinalIgnoreCase)));

    private static Uri? Seen((Uri Address, IHtmlDocument Html) page, IElement element, string attribute)
    {
        var seenFrom = page.Html.QuerySelector("base[href]")?.GetAttribute("href") is { } given && Uri.TryCreate(page.Address, given, out var base_)
            ? base_
            : page.Address;
        return Uri.TryCreate(seenFrom, element.GetAttribute(attribute) is { Length: > 0 } text ? text : page.Address.ToString(), out var link) ? link : null;
    }
}
