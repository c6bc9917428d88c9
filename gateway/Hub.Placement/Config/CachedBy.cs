namespace Hub.Placement.Config;

/// <summary>How a route is placed whose answers a cache in front keeps for many customers (SAFETY.md 10).</summary>
public enum CachedBy
{
    /// <summary>No cache keeps them: by customer.</summary>
    No,

    /// <summary>By the bucket of the address: each address has one side, for everybody.</summary>
    Url,

    /// <summary>By the header <c>Hub-Side</c>, <c>legacy</c> or <c>new</c>, which the cache sends and has in its key.</summary>
    Header,
}
