using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>
/// Where legacy's antiforgery token for one form stands (docs/sessions/form-tokens.md): a page of legacy's with that form, asked
/// with the customer's own cookies.
/// </summary>
public sealed class FormTokenConfig
{
    /// <summary>The cluster of legacy, under <c>ReverseProxy.Clusters</c>.</summary>
    [Required]
    public string? Cluster { get; init; }

    /// <summary>Path and query of a page with the form: <c>/contact</c>.</summary>
    [Required]
    public string? Page { get; init; }

    /// <summary>The name of the hidden field, or of a <c>meta</c> element, that holds the token.</summary>
    [Required]
    public string? Field { get; init; }

    /// <summary>The cookie that the token goes with: where neither the customer nor the page's answer has it, the token is of no use.</summary>
    public string? Cookie { get; init; }

    /// <summary>How long the page may take.</summary>
    /// <value>The default is 2 s.</value>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(2);
}
