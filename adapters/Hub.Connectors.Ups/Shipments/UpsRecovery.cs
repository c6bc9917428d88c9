using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Connectors.Ups.Shipments;

/// <summary>Asks for labels again, by our reference: operation LabelRecovery. The one way to find a shipment whose answer never came.</summary>
internal sealed record UpsRecovery(UpsRecoveryRequest LabelRecoveryRequest);

internal sealed record UpsRecoveryRequest(
    UpsRecoveryOptions Request, UpsRecoveryLabel LabelSpecification, UpsLabelDelivery LabelDelivery, UpsReferenceValues ReferenceValues)
{
    /// <summary>Of UPS's Roadie; its description wants the list there in each request.</summary>
    public ImmutableArray<string> TrackingNumbers { get; } = [];
}

internal sealed record UpsRecoveryOptions(UpsContext TransactionReference);

internal sealed record UpsRecoveryLabel(string HTTPUserAgent);

internal sealed record UpsReferenceValues(UpsReference ReferenceNumber, string ShipperNumber);

internal sealed record UpsRecoveryAnswer(UpsRecoveryResponse LabelRecoveryResponse);

internal sealed record UpsRecoveryResponse
{
    public string? ShipmentIdentificationNumber { get; init; }

    [JsonConverter(typeof(OneOrMany<UpsRecoveredLabel>))]
    public ImmutableArray<UpsRecoveredLabel> LabelResults { get; init; } = [];

    /// <summary>Where several shipments have the reference: their tracking numbers.</summary>
    [JsonConverter(typeof(OneOrMany<UpsCandidate>))]
    public ImmutableArray<UpsCandidate> TrackingCandidate { get; init; } = [];
}

internal sealed record UpsRecoveredLabel
{
    public string? TrackingNumber { get; init; }

    public UpsLabelImage? LabelImage { get; init; }
}

internal sealed record UpsLabelImage(string? URL = null);

internal sealed record UpsCandidate(string TrackingNumber);
