using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Connectors.Amazon;

/// <summary>
/// A seller's account at Amazon, by the Selling Partner API. <see cref="ConnectorOptions.Address"/> is the region's
/// (<c>https://sellingpartnerapi-eu.amazon.com</c>); <see cref="ConnectorOptions.Token"/> is not used.
/// </summary>
public sealed class AmazonOptions : ConnectorOptions
{
    /// <summary>The channel of its orders, as the shop writes it too.</summary>
    /// <value>The default is <c>amazon</c>.</value>
    [RegularExpression("[a-z0-9-]{1,32}")]
    public string Channel { get; init; } = "amazon";

    /// <summary>The seller's id: "merchant token" in Seller Central.</summary>
    [Required, RegularExpression("[A-Z0-9]{8,20}")]
    public string Seller { get; init; } = "";

    /// <summary>The ids of the marketplaces whose orders are fetched. Stock and prices go to the first.</summary>
    [Required, MinLength(1), MaxLength(50)]
    public IReadOnlyList<string> Marketplaces { get; init; } = [];

    /// <summary>The client id of the app that was made in Seller Central.</summary>
    [Required]
    public string ClientId { get; init; } = "";

    /// <summary>That app's secret. It has to be renewed every 180 days.</summary>
    public Secret ClientSecret { get; init; }

    /// <summary>What the seller got when the app was authorised.</summary>
    public Secret RefreshToken { get; init; }

    /// <summary>Where access tokens come from.</summary>
    /// <value>The default is Login with Amazon.</value>
    public Uri TokenAddress { get; init; } = new("https://api.amazon.com/auth/o2/token");

    /// <summary>Take orders too that Amazon ships from its own stock. They have no street, and the hub must not ship them.</summary>
    /// <value>The default is no.</value>
    public bool TakeFulfilledByAmazon { get; init; }

    /// <summary>Amazon's code of the stock that is told.</summary>
    /// <value>The default is <c>DEFAULT</c>, the seller's own.</value>
    [Required]
    public string FulfillmentChannel { get; init; } = "DEFAULT";

    /// <summary>The product type that listings are patched as.</summary>
    /// <value>The default is <c>PRODUCT</c>, which fits each one for stock and prices.</value>
    [Required]
    public string ProductType { get; init; } = "PRODUCT";

    /// <summary>The currency of the first marketplace; prices in another are refused.</summary>
    /// <value>None by default: all prices are refused.</value>
    [RegularExpression("[A-Z]{3}")]
    public string? Currency { get; init; }

    /// <summary>How many pages of orders a second Amazon gives; it grants more than its default to some sellers.</summary>
    /// <value>The default is 0.0056, one in three minutes.</value>
    [Range(0.0001, 1000)]
    public double OrdersPerSecond { get; init; } = 0.0056;

    /// <summary>How many pages of orders may be asked for at once after a pause.</summary>
    /// <value>The default is 20.</value>
    [Range(1, 1000)]
    public int OrdersBurst { get; init; } = 20;

    /// <summary>How many orders a page has.</summary>
    /// <value>The default is 100, the most that Amazon gives.</value>
    [Range(1, 100)]
    public int PageSize { get; init; } = 100;
}
