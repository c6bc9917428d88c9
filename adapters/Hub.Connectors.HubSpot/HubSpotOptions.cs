using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Connectors.HubSpot;

/// <summary>HubSpot. <see cref="ConnectorOptions.Token"/> is the access token of a private app.</summary>
public sealed class HubSpotOptions : ConnectorOptions
{
    /// <summary>The contact's property that takes the shop's id of the customer: <c>shop_customer_id</c>. It has to be made in HubSpot first.</summary>
    /// <value>None by default: the id is not told.</value>
    [RegularExpression("[a-z][a-z0-9_]*")]
    public string? CustomerProperty { get; init; }

    /// <summary>The app's client secret, with which HubSpot signs its webhooks.</summary>
    /// <value>None by default: webhooks are refused.</value>
    public Secret WebhookSecret { get; init; }

    /// <summary>How many calls a second are made at most; all apps of a HubSpot account share its limit.</summary>
    /// <value>The default is 9, as HubSpot's own client has it.</value>
    [Range(1, 100)]
    public int CallsPerSecond { get; init; } = 9;
}
