using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Connectors.BusinessCentral;

/// <summary>
/// Microsoft Dynamics 365 Business Central, API v2.0. <c>Address</c> is that of the environment:
/// <c>https://api.businesscentral.dynamics.com/v2.0/TENANT/ENVIRONMENT/api/v2.0</c>.
/// </summary>
public sealed class BusinessCentralOptions : ConnectorOptions
{
    /// <summary>Where access tokens come from: <c>https://login.microsoftonline.com/TENANT/oauth2/v2.0/token</c>.</summary>
    [Required]
    public Uri? TokenAddress { get; init; }

    /// <summary>The application's (client) id in Microsoft Entra.</summary>
    [Required]
    public string Client { get; init; } = "";

    /// <summary>The application's secret, <c>env:NAME</c> or <c>file:PATH</c>.</summary>
    public Secret ClientSecret { get; init; }

    /// <summary>The company's id.</summary>
    [Required]
    public Guid? Company { get; init; }

    /// <summary>The number of the item that shipping costs are booked on; an order with shipping costs is refused without it.</summary>
    public string? ShippingItem { get; init; }

    /// <summary>How far Business Central's total with tax may be from the order's, in the order's currency; an order that is further off is not booked.</summary>
    /// <value>The default is 0.05, for what rounding makes of taxes.</value>
    [Range(typeof(decimal), "0", "1000000")]
    public decimal TotalTolerance { get; init; } = 0.05m;

    /// <summary>How often stock is read at most.</summary>
    /// <value>The default is one minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StockEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How much before the cursor shipments are asked for again.</summary>
    /// <value>The default is five minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The carrier's name that channels are told, since posted shipments name none here.</summary>
    /// <value>The default is <c>other</c>.</value>
    [Required]
    public string Carrier { get; init; } = "other";

    /// <summary>The public address of this connector's webhook, <c>https://HOST/webhooks/NAME</c>. Null: it is polled only.</summary>
    public Uri? WebhookAddress { get; init; }

    /// <summary>What Business Central sends along with each notification, so that it is known to come from there; <c>env:NAME</c> or <c>file:PATH</c>.</summary>
    public Secret WebhookSecret { get; init; }
}
