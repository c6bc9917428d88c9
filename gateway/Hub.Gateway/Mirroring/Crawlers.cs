namespace Hub.Gateway.Mirroring;

/// <summary>Who says that it is a machine: it counts for nothing but the search-engine gate (SAFETY.md 19).</summary>
internal static class Crawlers
{
    private static readonly string[] Words = ["bot", "crawl", "spider", "slurp", "facebookexternalhit", "preview", "monitor", "curl/", "wget/", "python-"];

    public static bool IsCrawler(string? agent)
    {
        if (agent is null or "")
        {
            return false;
        }

        foreach (var word in Words)
        {
            if (agent.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
