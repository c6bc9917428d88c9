using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>The pages that the gateway answers with itself: the shop's name and look, and own pages by language.</summary>
public sealed class PagesConfig
{
    /// <summary>The shop's name on the page.</summary>
    public string? Name { get; init; }

    /// <summary>The shop's logo: an https address, or <c>data:image/…</c>.</summary>
    public string? Logo { get; init; }

    /// <summary>The colour of headings and buttons, <c>#0a7d4f</c>.</summary>
    /// <value>The default is <c>#1a4f8b</c>.</value>
    [RegularExpression("^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")]
    public string Color { get; init; } = "#1a4f8b";

    /// <summary>The colour behind the text.</summary>
    /// <value>The default is <c>#ffffff</c>.</value>
    [RegularExpression("^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")]
    public string Background { get; init; } = "#ffffff";

    /// <summary>The language of those who want none of the languages that there are.</summary>
    /// <value>The default is <c>en</c>.</value>
    public string Language { get; init; } = "en";

    /// <summary>Own pages, by language (<c>de</c>, <c>fr</c>); what is missing is made of the brand above.</summary>
    public Dictionary<string, OwnPagesConfig> Own { get; init; } = [];
}

/// <summary>
/// Whole HTML pages of one language. <c>{seconds}</c> in them becomes the time after which to come again, <c>{id}</c> the
/// request's id for the shop's help desk.
/// </summary>
public sealed class OwnPagesConfig
{
    /// <summary>429: this client asks too often.</summary>
    public string? TooMany { get; init; }

    /// <summary>503: the shop is full; it should ask again by itself after <c>{seconds}</c>.</summary>
    public string? Waiting { get; init; }

    /// <summary>502, 503 and 504: the side does not answer.</summary>
    public string? Unavailable { get; init; }
}
