using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Connectors.Amazon.Listings;

/// <summary>Changes a listing: operation patchListingsItem.</summary>
internal sealed record AmazonPatches(string ProductType, ImmutableArray<AmazonPatch> Patches);

/// <param name="Op"><c>merge</c> leaves fields of the attribute that are not named as they are; <c>replace</c> does not.</param>
/// <param name="Value">As the attribute's schema has it.</param>
internal sealed record AmazonPatch(string Op, string Path, ImmutableArray<object> Value);

internal sealed record AmazonQuantity(
    [property: JsonPropertyName("fulfillment_channel_code")] string Channel, [property: JsonPropertyName("quantity")] int Quantity);

internal sealed record AmazonOffer(
    [property: JsonPropertyName("marketplace_id")] string Marketplace,
    [property: JsonPropertyName("currency")] string Currency,
    [property: JsonPropertyName("our_price")] ImmutableArray<AmazonOurPrice> OurPrice);

internal sealed record AmazonOurPrice([property: JsonPropertyName("schedule")] ImmutableArray<AmazonScheduled> Schedule);

internal sealed record AmazonScheduled([property: JsonPropertyName("value_with_tax")] decimal Value);

/// <param name="Status"><c>ACCEPTED</c>: it will be worked on. <c>INVALID</c>: it won't, and the answer is 200 all the same.</param>
internal sealed record AmazonSubmission(string Status)
{
    public ImmutableArray<AmazonIssue>? Issues { get; init; }
}

/// <param name="Severity"><c>ERROR</c>, <c>WARNING</c>, <c>INFO</c>.</param>
internal sealed record AmazonIssue(string? Code = null, string? Message = null, string? Severity = null);
