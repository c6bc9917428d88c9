using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Connectors.Shopify;

/// <summary>
/// A Shopify shop. <see cref="ConnectorOptions.Token"/> is the access token of a custom app; an app of the Dev Dashboard has <see cref="ClientId"/> and
/// <see cref="ClientSecret"/> instead.
/// </summary>
public sealed class ShopifyOptions : ConnectorOptions
{
    /// <summary>The channel of its orders.</summary>
    /// <value>The default is <c>shopify</c>.</value>
    [RegularExpression("[a-z0-9-]{1,32}")]
    public string Channel { get; init; } = "shopify";

    /// <summary>The version of the Admin API. Shopify serves each for a year and answers with its oldest after that.</summary>
    /// <value>The default is <c>2026-07</c>.</value>
    [RegularExpression("20[0-9]{2}-(01|04|07|10)")]
    public string ApiVersion { get; init; } = "2026-07";

    /// <summary>The client id of an app of the Dev Dashboard: access tokens are fetched with it, one a day.</summary>
    /// <value>None by default: <see cref="ConnectorOptions.Token"/> is used.</value>
    public string? ClientId { get; init; }

    /// <summary>The app's client secret. Shopify signs webhooks with it too.</summary>
    /// <value>None by default: webhooks are refused.</value>
    public Secret ClientSecret { get; init; }

    /// <summary>Take orders whose payment is authorised and not captured yet.</summary>
    /// <value>By default only paid ones are taken.</value>
    public bool TakeAuthorized { get; init; }

    /// <summary>What the ERP expects of prices. An order that has it the other way is not taken, and says so.</summary>
    /// <value>None by default: not looked at.</value>
    public bool? PricesIncludeTax { get; init; }

    /// <summary>Tell the ERP the name of each line's tax (table <c>taxes</c>); otherwise it uses the article's own.</summary>
    /// <value>The default is no.</value>
    public bool TellTaxes { get; init; }

    /// <summary>Let Shopify write to the buyer when a parcel is confirmed.</summary>
    /// <value>The default is yes.</value>
    public bool NotifyBuyer { get; init; } = true;

    /// <summary>The id of the location whose stock is set where the source of stock names none.</summary>
    /// <value>None by default: the table <c>locations</c> has to name one for each place.</value>
    [RegularExpression("(gid://shopify/Location/)?[0-9]+")]
    public string? Location { get; init; }

    /// <summary>How many orders are asked for at once. Each costs of the budget.</summary>
    /// <value>The default is 10.</value>
    [Range(1, 100)]
    public int OrdersPerPage { get; init; } = 10;

    /// <summary>How often orders are asked for at most.</summary>
    /// <value>The default is fifteen seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many points come back each second, until Shopify has told it.</summary>
    /// <value>The default is 100, as in the plan Standard.</value>
    [Range(1, 10_000)]
    public int PointsPerSecond { get; init; } = 100;
}
