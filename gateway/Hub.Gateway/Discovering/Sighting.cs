namespace Hub.Gateway.Discovering;

/// <summary>A request that came by, from a log or live.</summary>
/// <param name="Path">Percent-decoded, begins with a slash.</param>
/// <param name="Query">As it came, without the question mark.</param>
/// <param name="Referer">The path of the page that it came from, where that is one of this shop.</param>
/// <param name="SetsCookie">Whether the answer set a cookie; false where a log does not tell.</param>
public readonly record struct Sighting(
    string Method, string Path, string Query, int Status, string? Agent, string? Referer, bool SetsCookie)
{
    private static readonly string[] Crawlers = ["bot", "crawl", "spider", "slurp", "facebookexternalhit", "bingpreview", "lighthouse"];
    private static readonly string[] Apps = ["okhttp", "cfnetwork", "dalvik", "alamofire", "dart/", "reactnative"];

    /// <summary>What kind of client it is, by its own word: <c>browser</c>, <c>app</c>, <c>crawler</c>, <c>partner</c>, <c>unknown</c>.</summary>
    public string Caller => Agent switch
    {
        null or "" or "-" => "unknown",
        _ when Has(Crawlers) => "crawler",
        _ when Has(Apps) => "app",
        _ when Agent.StartsWith("Mozilla/", StringComparison.Ordinal) => "browser",
        _ => "partner",
    };

    private bool Has(string[] words)
    {
        var agent = Agent!;
        return words.Any(word => agent.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
