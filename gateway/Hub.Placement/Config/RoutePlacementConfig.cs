namespace Hub.Placement.Config;

/// <summary>What a route of a group does with data, which decides where it may go (SAFETY.md 5 to 7).</summary>
public sealed class RoutePlacementConfig
{
    /// <summary>Datasets that it reads.</summary>
    public List<string> Reads { get; init; } = [];

    /// <summary>Datasets that the answering side writes in its own store. All must have one owner.</summary>
    public List<string> Writes { get; init; } = [];

    /// <summary>Datasets that New hands to legacy's API: they do not place.</summary>
    public List<string> Through { get; init; } = [];

    /// <summary>Datasets of which it shows a summary only (a mini-cart): they do not place.</summary>
    public List<string> Shows { get; init; } = [];

    /// <summary>The route that the page's form posts to; the page goes where the form will.</summary>
    public string? Form { get; init; }

    /// <summary>Its unsafe methods only read: search by POST, GraphQL queries.</summary>
    public bool PostReads { get; init; }

    /// <summary>Its GETs write.</summary>
    public bool GetWrites { get; init; }

    /// <summary>Where requests without a key go.</summary>
    /// <value>The default is legacy.</value>
    public Side Declared { get; init; }

    /// <summary>
    /// Datasets held per customer whose claims end when it answers with success (paid, emptied). A form's target that
    /// answers with a page has shown the form again; one with <see cref="Learns"/> has succeeded when it tells a number.
    /// </summary>
    public List<string> Ends { get; init; } = [];

    /// <summary>Where a business key stands in the request; for call-backs and mail links without a cookie.</summary>
    public BusinessKeyConfig? BusinessKey { get; init; }

    /// <summary>Whether a cache in front keeps its answers for many customers, and what it is placed by then.</summary>
    /// <value>The default is no.</value>
    public CachedBy Cached { get; init; }

    /// <summary>Let its reads go to legacy when New does not answer; null: they fail.</summary>
    public FallbackConfig? Fallback { get; init; }

    /// <summary>What mirroring does otherwise on this route than the group's <see cref="GroupConfig.Mirror"/> says.</summary>
    public RouteMirrorConfig Mirror { get; init; } = new();

    /// <summary>Where the answer tells a new business key, to be remembered for its customer.</summary>
    public LearnConfig? Learns { get; init; }

    /// <summary>Take only requests whose <c>{slug}</c> is of this kind; the others go to the next route that matches.</summary>
    public SlugRuleConfig? Slug { get; init; }
}

/// <summary>Where a request carries a business key. One of the three.</summary>
public sealed class BusinessKeyConfig
{
    /// <summary>What kind of number it is: <c>order</c>.</summary>
    [System.ComponentModel.DataAnnotations.Required]
    public string? Kind { get; init; }

    /// <summary>The name of a route value: <c>id</c> in <c>/callback/{id}</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The name of a query parameter.</summary>
    public string? Query { get; init; }

    /// <summary>
    /// The name of a form field (multipart too) or of a JSON property, or the way to one: <c>$.data.order</c>. It has to stand
    /// in the first 64 KiB of the body, uncompressed.
    /// </summary>
    public string? Body { get; init; }
}

/// <summary>Where an answer tells a new business key.</summary>
public sealed class LearnConfig
{
    /// <summary>What kind of number it is: <c>order</c>.</summary>
    [System.ComponentModel.DataAnnotations.Required]
    public string? Kind { get; init; }

    /// <summary>Path and query of the answer's <c>Location</c>, with the number as <c>{}</c>: <c>/checkout/done/{}</c>.</summary>
    [System.ComponentModel.DataAnnotations.Required]
    public string? Location { get; init; }
}
