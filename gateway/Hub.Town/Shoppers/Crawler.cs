using System.Collections.Immutable;

namespace Hub.Town.Shoppers;

/// <summary>What a crawl saw.</summary>
/// <param name="Statuses">Status → pages that answered with it.</param>
/// <param name="Broken">Links that led to 404 or a server's error, with the page that holds them.</param>
/// <param name="Oddities">Links that led to another host.</param>
public sealed record CrawlFacts(
    int Pages, ImmutableSortedDictionary<int, int> Statuses, ImmutableArray<string> Broken, ImmutableArray<string> Oddities, ImmutableSortedSet<string> Sides);

/// <summary>A search engine's crawler: no cookies, every link once, from the home page on.</summary>
public static class Crawler
{
    /// <param name="pages">How many pages at most.</param>
    /// <param name="rate">Pages a second at most; null is as fast as the shop answers.</param>
    public static async Task<CrawlFacts> RunAsync(
        ShopperOptions options, int pages, double? rate = null, CancellationToken cancellationToken = default)
    {
        using var browser = new ShopBrowser(options, withCookies: false, "TownBot/1.0");
        var seen = new HashSet<string>(StringComparer.Ordinal) { "/" };
        var ahead = new Queue<(string Path, string From)>([("/", "")]);
        var broken = new List<string>();
        while (browser.Steps.Count < pages && ahead.TryDequeue(out var link))
        {
            if (rate is { } most)
            {
                await Task.Delay(TimeSpan.FromSeconds(1 / most), options.Time, cancellationToken);
            }

            var answer = await browser.GetAsync(link.Path, link.Path, cancellationToken);
            if (answer.Status >= 400)
            {
                broken.Add($"{link.Path} from {link.From}: {answer.Status}");
            }

            var next = answer.Location is { } location
                ? [location]
                : answer.Page.QuerySelectorAll("a[href]").Select(anchor => browser.PathOf(anchor.GetAttribute("href")!));
            foreach (var path in next.Where(seen.Add))
            {
                ahead.Enqueue((path, link.Path));
            }
        }

        return new CrawlFacts(
            browser.Steps.Count,
            browser.Steps.GroupBy(step => step.Status).ToImmutableSortedDictionary(group => group.Key, group => group.Count()),
            [.. broken],
            [.. browser.Oddities.Distinct()],
            [.. from step in browser.Steps where step.Side is not null select step.Side]);
    }
}
