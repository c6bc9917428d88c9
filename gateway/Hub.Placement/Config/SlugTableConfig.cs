using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Placement.Config;

/// <summary>
/// A table of New's that says what each slug of the shop's addresses is: <c>Hub.Slugs.NAME</c>. The change feed fills it,
/// gateways keep a copy, and routes with <see cref="RoutePlacementConfig.Slug"/> take requests by it.
/// </summary>
public sealed class SlugTableConfig
{
    /// <summary>The dataset whose pipeline fills the table.</summary>
    [Required]
    public string? Dataset { get; init; }

    /// <summary>The dataset's target that has it.</summary>
    [Required]
    public string? Target { get; init; }

    /// <summary>The target's table.</summary>
    [Required]
    public string? Table { get; init; }

    /// <summary>Which column holds what; read by the migration plane.</summary>
    [Required]
    public ConfigNode? Columns { get; init; }

    /// <summary>Upper and lower case are the same, as at a legacy whose database compares so.</summary>
    /// <value>The default is false: what is written otherwise goes to legacy.</value>
    public bool IgnoreCase { get; init; }

    /// <summary>An address that ends in <c>/</c> is the same page as without.</summary>
    /// <value>The default is false: such a request goes to legacy.</value>
    public bool TrailingSlash { get; init; }
}

/// <summary>Which slugs a route takes; all others pass it by, so that several routes share one path.</summary>
public sealed class SlugRuleConfig
{
    /// <summary>The table, by its name under <c>Hub.Slugs</c>.</summary>
    [Required]
    public string? Table { get; init; }

    /// <summary>What the slug must be: <c>Product</c>, as the table's column has it; case does not count.</summary>
    [Required]
    public string? Kind { get; init; }

    /// <summary>The store that it must belong to; none: any.</summary>
    public string? Store { get; init; }

    /// <summary>The language that it must belong to; none: any.</summary>
    public string? Language { get; init; }
}
