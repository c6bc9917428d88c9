using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Connectors;

/// <summary>What every connector is told: <c>Hub.Connectors.NAME</c> of the config. A vendor's own options derive from it.</summary>
public class ConnectorOptions
{
    /// <summary>Which connector it is: <c>town-erp</c>.</summary>
    [Required]
    public string Vendor { get; init; } = "";

    /// <summary>Where the vendor's API is.</summary>
    [Required]
    public Uri? Address { get; init; }

    /// <summary>The token that the vendor gave, <c>env:NAME</c> or <c>file:PATH</c>; read anew for each call.</summary>
    public Secret Token { get; init; }

    /// <summary>How long an answer may take.</summary>
    /// <value>The default is ten seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after a call without answer the vendor may still carry it out; it is looked up after that.</summary>
    /// <value>The default is thirty seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call waits until it fits the vendor's limits; one that would wait longer is made later.</summary>
    /// <value>The default is five seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan LimitWait { get; init; } = TimeSpan.FromSeconds(5);
}
