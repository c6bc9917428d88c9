using System.Collections.Concurrent;
using Hub.Control.Protocol;

namespace Hub.Gateway.Mirroring.Crawling;

/// <summary>
/// The newest crawl of each group on this plane, for its reports. Apart from <see cref="Crawl"/>, which asks what knows the
/// plane's link: a reporter must not.
/// </summary>
internal sealed class CrawlViews(TimeProvider time)
{
    private static readonly TimeSpan Told = TimeSpan.FromMinutes(1);

    public ConcurrentDictionary<string, CrawlView> ByGroup { get; } = new(StringComparer.Ordinal);

    public PlaneReport AddTo(PlaneReport report)
    {
        if (ByGroup.IsEmpty)
        {
            return report;
        }

        var since = time.GetUtcNow() - Told;
        return report with { Crawls = [.. ByGroup.Values.Where(view => view.EndedAt is null || view.EndedAt > since)] };
    }
}
