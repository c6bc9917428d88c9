namespace Hub.Placement;

/// <summary>All that is known of a request when it is placed. Nothing in it points into the request itself.</summary>
public readonly record struct PlacementRequest
{
    /// <summary>The customer's key, of whichever source; <see cref="CustomerKey.None"/> for crawlers and the like.</summary>
    public CustomerKey Key { get; init; }

    /// <summary>The key was to come from a business key (an order number) that nobody knows: the owner of what the route writes takes it.</summary>
    public bool UnknownBusinessKey { get; init; }

    /// <summary>The method is neither GET, HEAD, OPTIONS nor TRACE.</summary>
    public bool Unsafe { get; init; }

    /// <summary>The cohorts that the request belongs to, a bit each (<see cref="PlacementTable.Cohorts"/>).</summary>
    public ulong Cohorts { get; init; }

    /// <summary>The pin of the journey that the route is a step of.</summary>
    public Pin Journey { get; init; }

    /// <summary>The pin that the form page of this route left, void or not.</summary>
    public Pin Form { get; init; }

    /// <summary>The customer's claim of the route's dataset that is held per customer.</summary>
    public Claim Claim { get; init; }

    /// <summary>Whether legacy holds anything of that dataset for the customer.</summary>
    public Holdings LegacyHolds { get; init; }

    /// <summary>The newest mark that still holds of a dataset that the route reads.</summary>
    public WriteMark Written { get; init; }

    /// <summary>Of a route that is cached by its address, the address; the customer does not place it.</summary>
    public UrlKey Url { get; init; }

    /// <summary>Of a route that is cached by a header, the side that the cache asks for; null where it named none.</summary>
    public Side? Asked { get; init; }

    /// <summary>New's cluster has no healthy destination.</summary>
    public bool NewUnhealthy { get; init; }

    /// <summary>Seconds since 1970, UTC.</summary>
    public long Now { get; init; }
}
