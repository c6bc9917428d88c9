namespace Hub.Placement.Config;

/// <summary>A named set of customers (SAFETY.md 2): by a header, a cookie or a list of accounts.</summary>
public sealed class CohortConfig
{
    /// <summary>The header that tells: <c>X-Staff</c>, or the CDN's country header.</summary>
    public string? Header { get; init; }

    /// <summary>The cookie that tells.</summary>
    public string? Cookie { get; init; }

    /// <summary>Values of header or cookie that belong to the cohort; empty: any.</summary>
    public List<string> Values { get; init; } = [];

    /// <summary>Accounts, by their id at legacy.</summary>
    public List<string> Accounts { get; init; } = [];
}
