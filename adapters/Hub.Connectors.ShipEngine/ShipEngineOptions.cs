using System.ComponentModel.DataAnnotations;

namespace Hub.Connectors.ShipEngine;

/// <summary>ShipEngine: many carriers behind one API. <see cref="ConnectorOptions.Token"/> is the API key.</summary>
public sealed class ShipEngineOptions : CarrierOptions
{
    /// <summary>ShipEngine's id of the carrier account that is billed where a service names none: <c>se-123456</c>.</summary>
    [Required, RegularExpression("se(-[a-z0-9]+)+")]
    public string CarrierId { get; init; } = "";

    /// <summary>What the label is made as.</summary>
    /// <value>The default is PDF, which all carriers have.</value>
    public ShipEngineLabelFormat LabelFormat { get; init; } = ShipEngineLabelFormat.Pdf;

    /// <summary>The label's size: <c>4x6</c>, <c>letter</c>, <c>A4</c>, <c>A6</c>; all but the first for PDF only.</summary>
    /// <value>The default is <c>4x6</c> (inches).</value>
    [RegularExpression("4x6|letter|A4|A6")]
    public string LabelLayout { get; init; } = "4x6";

    /// <summary>How many calls a minute ShipEngine takes from this account; a sandbox takes 20.</summary>
    /// <value>The default is 200.</value>
    [Range(1, 100_000)]
    public int CallsPerMinute { get; init; } = 200;
}

/// <summary>What a label is made as.</summary>
public enum ShipEngineLabelFormat
{
    Pdf,
    Png,
    Zpl,
}
