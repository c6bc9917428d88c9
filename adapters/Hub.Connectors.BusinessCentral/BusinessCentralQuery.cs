using System.Globalization;

namespace Hub.Connectors.BusinessCentral;

/// <summary>What a list is asked by.</summary>
internal static class BusinessCentralQuery
{
    /// <summary>Items on a page; the vendor's limit is 20,000.</summary>
    public const string Prefer = "odata.maxpagesize=5000";

    public static Dictionary<string, string> Where(string filter, string? expand = null)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal) { ["$filter"] = filter };
        if (expand is not null)
        {
            query["$expand"] = expand;
        }

        return query;
    }

    /// <summary>The query of the next page as the vendor wrote it. Its host is not looked at: what a vendor answers sends us nowhere else.</summary>
    public static Dictionary<string, string> Next(string query) => query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? ""), StringComparer.Ordinal);

    /// <summary>What stands behind the question mark of a next link; null for none.</summary>
    public static string? Of(string? nextLink) => nextLink?.Split('?', 2) is [_, var query] ? query : null;

    /// <summary>A text in a filter.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
