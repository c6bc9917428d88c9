using System.ComponentModel.DataAnnotations;

namespace Hub.Migration.Config;

/// <summary>Which column of a slug table holds what: <c>Hub.Slugs.NAME.Columns</c>.</summary>
internal sealed class SlugColumnsConfig
{
    /// <summary>The slug, without the shop's address; slashes around it do not count.</summary>
    [Required]
    public string Slug { get; init; } = "";

    /// <summary>What it is: a product, a category.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>Where the kind ends in its column and the id begins: <c>=</c> where OpenCart has <c>product_id=42</c>.</summary>
    public string? KindUntil { get; init; }

    /// <summary>The id of what it is.</summary>
    public string? Id { get; init; }

    /// <summary>The store that it belongs to.</summary>
    public string? Store { get; init; }

    /// <summary>The language that it belongs to.</summary>
    public string? Language { get; init; }

    /// <summary>Whether it is in use: 0, an empty text, <c>false</c> and null are no.</summary>
    public string? Active { get; init; }

    /// <summary>Where it redirects to: anything but null, an empty text and 0 is a redirect.</summary>
    public string? RedirectTo { get; init; }

    /// <summary>The column holds slugs percent-encoded, as WordPress does with other scripts.</summary>
    /// <value>The default is false.</value>
    public bool Encoded { get; init; }

    /// <summary>The columns that it names.</summary>
    public IEnumerable<string> Names => new[] { Slug, Kind, Id, Store, Language, Active, RedirectTo }.OfType<string>().Where(name => name.Length > 0);
}
