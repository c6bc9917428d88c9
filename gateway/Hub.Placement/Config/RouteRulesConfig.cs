using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>Rules of a route whether it belongs to a group or not; by the id it has in the <c>ReverseProxy</c> section.</summary>
public sealed class RouteRulesConfig
{
    /// <summary>How many requests it takes.</summary>
    public RouteLimitConfig? Limit { get; init; }

    /// <summary>Who goes first when the shop is full.</summary>
    /// <value>The default is checkout for the steps of a journey and for the routes of a group that touches data held per customer (carts), else browse.</value>
    public Priority? Priority { get; init; }

    /// <summary>Who is let in; null: everybody (docs/access.md).</summary>
    public AccessConfig? Access { get; init; }

    /// <summary>Which version of an API it is, and until when (docs/api-lifecycle.md).</summary>
    public VersionConfig? Version { get; init; }
}

/// <summary>How many requests a route takes, of whom.</summary>
public sealed class RouteLimitConfig
{
    /// <summary>How many in <see cref="Per"/>.</summary>
    [Range(1, 1_000_000)]
    public int Requests { get; init; } = 1;

    /// <summary>The time that <see cref="Requests"/> counts for, 100 ms to a day.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan Per { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many may come at once before the average counts.</summary>
    /// <value>The default is <see cref="Requests"/>.</value>
    [Range(1, 1_000_000)]
    public int? Burst { get; init; }

    /// <summary>Whose requests are counted together.</summary>
    /// <value>The default is each client's.</value>
    public LimitedBy By { get; init; }
}

/// <summary>Whose requests count together.</summary>
public enum LimitedBy
{
    /// <summary>Each client address.</summary>
    Client,

    /// <summary>Each key; a request without one by its address.</summary>
    Key,

    /// <summary>All of the route.</summary>
    Route,
}

/// <summary>Who goes first when the shop is full, the first first.</summary>
public enum Priority
{
    /// <summary>Checkout, payment call-backs, and whoever is on a journey already.</summary>
    Checkout,

    /// <summary>Customers who are logged in, and their pages.</summary>
    Account,

    /// <summary>Everything else.</summary>
    Browse,

    /// <summary>Programs that read the shop; known by their User-Agent on routes for browsing.</summary>
    Crawler,
}
