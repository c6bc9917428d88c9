using System.ComponentModel.DataAnnotations;

namespace Hub.Connectors.Town;

/// <summary>The town's ERP.</summary>
public sealed class TownErpOptions : ConnectorOptions;

/// <summary>The town's CRM.</summary>
public sealed class TownCrmOptions : ConnectorOptions;

/// <summary>The town's carrier.</summary>
public sealed class TownCarrierOptions : ConnectorOptions
{
    /// <summary>What a piece weighs, for the label.</summary>
    /// <value>The default is 400 grams.</value>
    [Range(1, 30_000)]
    public int GramsPerPiece { get; init; } = 400;
}

/// <summary>The town's marketplace.</summary>
public sealed class TownMarketplaceOptions : ConnectorOptions
{
    /// <summary>The channel of its orders, as the shop writes it too.</summary>
    /// <value>The default is <c>market</c>.</value>
    [RegularExpression("[a-z0-9-]{1,32}")]
    public string Channel { get; init; } = "market";
}

/// <summary>The shop's order API for partners.</summary>
public sealed class TownShopOptions : ConnectorOptions;
