using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>How requests of a group are mirrored, and what counts as a difference (SAFETY.md 16 to 19).</summary>
/// <remarks>
/// A place is written as a CSS selector (<c>.price</c>; with <c>@name</c> behind it an attribute:
/// <c>article.product @data-price</c>), as a JSON path that begins with <c>$</c> (<c>$.lines[*].price</c>, <c>$..stock</c>),
/// or as <c>header NAME</c>. <see cref="Ignore"/> also takes a regular expression between slashes; what it matches in a text
/// is passed over.
/// </remarks>
public sealed class MirrorConfig
{
    /// <summary>Of the requests that may be mirrored, so many per cent are.</summary>
    /// <value>The default is 100.</value>
    [Range(0.01, 100)]
    public double Percent { get; init; } = 100;

    /// <summary>At most so many a second on each gateway plane; 0: no limit. Each costs the plane about a millisecond of one processor.</summary>
    /// <value>The default is 20.</value>
    [Range(0, 100_000)]
    public int PerSecond { get; init; } = 20;

    /// <summary>How long the other side may take for a copy.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>So many copies are at the other side at once, on connections of their own.</summary>
    /// <value>The default is 8.</value>
    [Range(1, 256)]
    public int Connections { get; init; } = 8;

    /// <summary>New's effects are its own (no mail, no payment, stores of its own): unsafe methods may be mirrored to it.</summary>
    /// <value>The default is false.</value>
    public bool Sandboxed { get; init; }

    /// <summary>
    /// The response header that tells a side's build, <c>X-Build</c>: what was found of another build counts no more. Null:
    /// builds are not told apart, and whoever deploys turns mirroring off and on.
    /// </summary>
    public string? BuildHeader { get; init; }

    /// <summary>Response headers that are compared beside <c>Location</c>, <c>Content-Type</c> and <c>Cache-Control</c>.</summary>
    public List<string> Headers { get; init; } = [];

    /// <summary>Places that may differ.</summary>
    public List<string> Ignore { get; init; } = [];

    /// <summary>Places of money, stock and status: no rule and no learnt noise excuses a difference there.</summary>
    public List<string> Strict { get; init; } = [];

    /// <summary>JSON paths of lists whose order means nothing.</summary>
    public List<string> Unordered { get; init; } = [];

    /// <summary>Places of personal data: masked before a diff is kept.</summary>
    public List<string> Personal { get; init; } = [];
}

/// <summary>What mirroring does otherwise on one route.</summary>
public sealed class RouteMirrorConfig
{
    /// <summary>The route is not mirrored.</summary>
    public bool Off { get; init; }

    /// <summary>
    /// The same request may be asked again and again without a customer's cookies: the answering side is asked twice to
    /// learn what differs by itself.
    /// </summary>
    public bool Repeatable { get; init; }

    /// <summary>While New answers, legacy may get copies: it writes nothing at a GET of this route that would matter.</summary>
    public bool ToLegacy { get; init; }

    /// <summary>Mirrored although the route declares <see cref="RoutePlacementConfig.GetWrites"/>.</summary>
    public bool GetWrites { get; init; }

    /// <inheritdoc cref="MirrorConfig.Ignore"/>
    public List<string> Ignore { get; init; } = [];

    /// <inheritdoc cref="MirrorConfig.Strict"/>
    public List<string> Strict { get; init; } = [];

    /// <inheritdoc cref="MirrorConfig.Unordered"/>
    public List<string> Unordered { get; init; } = [];

    /// <inheritdoc cref="MirrorConfig.Personal"/>
    public List<string> Personal { get; init; } = [];
}
