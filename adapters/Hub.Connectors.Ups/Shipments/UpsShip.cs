using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Connectors.Ups.Shipments;

/// <summary>Orders a shipment: operation Shipment.</summary>
internal sealed record UpsShip(UpsShipRequest ShipmentRequest);

internal sealed record UpsShipRequest(UpsShipOptions Request, UpsShipment Shipment, UpsLabel LabelSpecification);

/// <param name="RequestOption"><c>validate</c>: a city that does not fit its postal code is refused.</param>
internal sealed record UpsShipOptions(string RequestOption, UpsContext TransactionReference);

internal sealed record UpsShipment(
    string Description,
    UpsParty Shipper,
    UpsParty ShipTo,
    UpsPayment PaymentInformation,
    UpsCode Service,
    ImmutableArray<UpsPackage> Package,
    UpsShipmentServices ShipmentServiceOptions,
    UpsRatingOptions ShipmentRatingOptions)
{
    /// <summary>Where UPS takes our reference, unless both ends are in the US or in Puerto Rico: then it takes it with the package.</summary>
    public ImmutableArray<UpsReference>? ReferenceNumber { get; init; }
}

internal sealed record UpsPackage(UpsCode Packaging, UpsWeight PackageWeight)
{
    public UpsDimensions? Dimensions { get; init; }

    public ImmutableArray<UpsReference>? ReferenceNumber { get; init; }
}

/// <summary>Asks for the address of the label beside its picture.</summary>
internal sealed record UpsShipmentServices(UpsLabelDelivery LabelDelivery);

internal sealed record UpsLabelDelivery
{
    public string? LabelLinksIndicator { get; init; }

    /// <summary>What label recovery calls it.</summary>
    public string? LabelLinkIndicator { get; init; }
}

internal sealed record UpsLabel(UpsCode LabelImageFormat, UpsStock LabelStockSize, string HTTPUserAgent = UpsLabel.Agent)
{
    /// <summary>UPS wants it for GIF labels; it says nothing about us.</summary>
    public const string Agent = "Mozilla/4.5";
}

/// <summary>Inches.</summary>
internal sealed record UpsStock(string Height, string Width);

internal sealed record UpsShipAnswer(UpsShipResponse ShipmentResponse);

internal sealed record UpsShipResponse(UpsResponse Response, UpsShipResults ShipmentResults);

/// <param name="ShipmentIdentificationNumber">The tracking number of the first package; the shipment is voided by it.</param>
internal sealed record UpsShipResults(string ShipmentIdentificationNumber)
{
    [JsonConverter(typeof(OneOrMany<UpsPackageResult>))]
    public ImmutableArray<UpsPackageResult> PackageResults { get; init; } = [];

    public UpsShipmentCharges? ShipmentCharges { get; init; }

    public UpsNegotiatedCharges? NegotiatedRateCharges { get; init; }

    /// <summary>A page to print the label from.</summary>
    public string? LabelURL { get; init; }
}

internal sealed record UpsPackageResult(string TrackingNumber);

internal sealed record UpsShipmentCharges(UpsMoney? TotalCharges = null);
