namespace Hub.Control.Protocol;

/// <summary>Who still calls what: <c>GET /api/consumers</c>.</summary>
/// <param name="Consumer">The name of its API key, its token's client, or the family of its user agent.</param>
/// <param name="Kind"><c>key</c>, <c>client</c> or <c>agent</c>.</param>
/// <param name="Version">The version that the route is; null where it is none.</param>
/// <param name="Requests">As many as were let in since <paramref name="FirstAt"/>.</param>
/// <param name="Deprecated">The version's date of deprecation.</param>
/// <param name="Sunset">When the version ends.</param>
public sealed record ConsumerView(
    string Consumer,
    string Kind,
    string Route,
    string? Version,
    long Requests,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    DateTimeOffset? Deprecated = null,
    DateTimeOffset? Sunset = null);
