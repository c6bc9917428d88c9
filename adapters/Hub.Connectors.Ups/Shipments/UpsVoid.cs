using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Connectors.Ups.Shipments;

/// <summary>What became of a void: the answer is 200 whether or not it was done.</summary>
internal sealed record UpsVoidAnswer(UpsVoidResponse VoidShipmentResponse);

internal sealed record UpsVoidResponse(UpsVoidSummary SummaryResult)
{
    [JsonConverter(typeof(OneOrMany<UpsVoidedPackage>))]
    public ImmutableArray<UpsVoidedPackage> PackageLevelResults { get; init; } = [];
}

/// <param name="Status">Code <c>1</c>: voided.</param>
internal sealed record UpsVoidSummary(UpsCode Status);

/// <param name="Status">Code <c>1</c>: voided, now or before; <c>0</c>: not.</param>
internal sealed record UpsVoidedPackage(string TrackingNumber, UpsCode Status);
