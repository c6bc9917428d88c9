using System.ComponentModel.DataAnnotations;
using Hub.Connectors;

namespace Contoso.Connector;

/// <summary>Contoso, as the config tells it. Address, token, time-out and window are every connector's.</summary>
public sealed class ContosoOptions : ConnectorOptions
{
    /// <summary>The company that sales are booked for.</summary>
    [Required]
    public string Company { get; init; } = "";

    /// <summary>How many calls a second Contoso takes.</summary>
    /// <value>The default is 5.</value>
    [Range(1, 1000)]
    public int CallsPerSecond { get; init; } = 5;
}
