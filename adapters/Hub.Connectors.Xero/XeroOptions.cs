using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Connectors.Xero;

/// <summary>Xero's accounting API. <c>Address</c> is <c>https://api.xero.com/api.xro/2.0</c>.</summary>
public sealed class XeroOptions : ConnectorOptions
{
    /// <summary>Where access tokens come from.</summary>
    /// <value>The default is Xero's <c>https://identity.xero.com/connect/token</c>.</value>
    [Required]
    public Uri TokenAddress { get; init; } = new("https://identity.xero.com/connect/token");

    /// <summary>The client id of the app that was made at developer.xero.com.</summary>
    [Required]
    public string ClientId { get; init; } = "";

    /// <summary>That app's secret, <c>env:NAME</c> or <c>file:PATH</c>.</summary>
    public Secret ClientSecret { get; init; }

    /// <summary>The refresh token that a person got by consenting; Xero gives a new one with each use, which is kept. Empty: a custom connection.</summary>
    public Secret RefreshToken { get; init; }

    /// <summary>The organisation's tenant id.</summary>
    [Required]
    public Guid? Tenant { get; init; }

    /// <summary>Invoices take the order's key as their number, of which Xero takes each once. False: Xero numbers them; the key is the reference only.</summary>
    /// <value>The default is true.</value>
    public bool NumberByOrder { get; init; } = true;

    /// <summary>Whether the orders' prices hold the tax.</summary>
    /// <value>The default is <c>Inclusive</c>.</value>
    public XeroLineAmounts LineAmounts { get; init; } = XeroLineAmounts.Inclusive;

    /// <summary>The code of the item that shipping costs are booked on; an order with shipping costs is refused without it.</summary>
    [StringLength(30)]
    public string? ShippingItem { get; init; }

    /// <summary>The code of the account of sales, for items that name none.</summary>
    /// <value>None by default: each item's own.</value>
    public string? SalesAccount { get; init; }

    /// <summary>The contact that all orders are booked on. None: a contact for each buyer.</summary>
    public Guid? Contact { get; init; }

    /// <summary>The organisation's time zone: an order's day there is its invoice's.</summary>
    /// <value>The default is UTC.</value>
    [Required, KnownTimeZone]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>How far Xero's total may be from the order's, in the order's currency; an order that is further off is not booked.</summary>
    /// <value>The default is 0.05, for what rounding makes of taxes.</value>
    [Range(typeof(decimal), "0", "1000000")]
    public decimal TotalTolerance { get; init; } = 0.05m;

    /// <summary>How often stock is read at most.</summary>
    /// <value>The default is five minutes: a day has 5,000 calls.</value>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan StockEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Xero is the hub's contact book too. Not beside a CRM's connector: the hub tells one of them.</summary>
    /// <value>The default is false: contacts are made with the first invoice only.</value>
    public bool ContactBook { get; init; }

    /// <summary>The app's webhook key; without it webhooks are answered with 404.</summary>
    public Secret WebhookKey { get; init; }
}

/// <summary>Whether an invoice's line amounts hold the tax.</summary>
public enum XeroLineAmounts
{
    /// <summary>They hold it.</summary>
    Inclusive,

    /// <summary>It comes on top: the order's total has to hold it.</summary>
    Exclusive,

    /// <summary>There is none.</summary>
    NoTax,
}

/// <summary>Fails for a time zone that this machine does not know.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KnownTimeZoneAttribute : ValidationAttribute
{
    public KnownTimeZoneAttribute()
        : base("The field {0} is no time zone that this machine knows; it is written as Europe/Berlin.")
    {
    }

    public override bool IsValid(object? value) => value is string zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _);
}
