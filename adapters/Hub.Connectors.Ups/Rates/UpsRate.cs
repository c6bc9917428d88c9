using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Connectors.Ups.Rates;

/// <summary>Asks what a shipment costs: operation Rate.</summary>
internal sealed record UpsRate(UpsRateRequest RateRequest);

internal sealed record UpsRateRequest(UpsRateOptions Request, UpsRatedParcel Shipment);

internal sealed record UpsRateOptions(string RequestOption, UpsContext TransactionReference);

internal sealed record UpsRatedParcel(
    UpsParty Shipper, UpsParty ShipTo, UpsPayment PaymentDetails, ImmutableArray<UpsRatedPackage> Package, UpsRatingOptions ShipmentRatingOptions);

/// <param name="PackagingType">What the shipment itself calls <c>Packaging</c>.</param>
internal sealed record UpsRatedPackage(UpsCode PackagingType, UpsWeight PackageWeight, UpsDimensions? Dimensions);

internal sealed record UpsRateAnswer(UpsRateResponse RateResponse);

internal sealed record UpsRateResponse
{
    [JsonConverter(typeof(OneOrMany<UpsRatedShipment>))]
    public ImmutableArray<UpsRatedShipment> RatedShipment { get; init; } = [];
}

internal sealed record UpsRatedShipment(UpsCode Service, UpsMoney TotalCharges)
{
    public UpsNegotiatedCharges? NegotiatedRateCharges { get; init; }

    public UpsGuarantee? GuaranteedDelivery { get; init; }
}

internal sealed record UpsGuarantee(int? BusinessDaysInTransit = null);
