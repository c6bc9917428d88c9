namespace Hub.Placement.Config;

/// <summary>Which version of an API a route is, and what its callers are told of its end.</summary>
public sealed class VersionConfig
{
    /// <summary>Its name for people: <c>1</c>.</summary>
    [System.ComponentModel.DataAnnotations.Required]
    public string? Name { get; init; }

    /// <summary>Since when, or from when on, nobody should begin to use it: the header <c>Deprecation</c> (RFC 9745).</summary>
    public DateTimeOffset? Deprecated { get; init; }

    /// <summary>When it is going to stop: the header <c>Sunset</c> (RFC 8594).</summary>
    public DateTimeOffset? Sunset { get; init; }

    /// <summary>After <see cref="Sunset"/> it is answered with 410 and reaches no side.</summary>
    /// <value>The default is false: it goes on being served.</value>
    public bool EndsAtSunset { get; init; }

    /// <summary>A page about the deprecation: <c>Link</c> with <c>rel="deprecation"</c>.</summary>
    public Uri? DeprecationPage { get; init; }

    /// <summary>A page about the end: <c>rel="sunset"</c>.</summary>
    public Uri? SunsetPage { get; init; }

    /// <summary>Where the next version stands: <c>rel="successor-version"</c> (RFC 5829).</summary>
    public Uri? Successor { get; init; }
}
