using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Connectors.Ups;

/// <summary>A code of one of UPS's lists.</summary>
internal sealed record UpsCode(string Code, string? Description = null);

/// <summary>An amount; UPS writes the number as a text.</summary>
internal sealed record UpsMoney(string CurrencyCode, decimal MonetaryValue);

/// <summary>Somebody at an address: shipper or receiver.</summary>
internal sealed record UpsParty(string Name, UpsAddress Address)
{
    public string? AttentionName { get; init; }

    public UpsPhone? Phone { get; init; }

    /// <summary>The shipper's account.</summary>
    public string? ShipperNumber { get; init; }
}

internal sealed record UpsPhone(string Number);

internal sealed record UpsAddress(ImmutableArray<string> AddressLine, string City, string CountryCode)
{
    public string? StateProvinceCode { get; init; }

    public string? PostalCode { get; init; }

    /// <summary>There, with no text in it: people live there.</summary>
    public string? ResidentialAddressIndicator { get; init; }
}

/// <summary>Who pays: the shipper's account pays the transport (<c>01</c>).</summary>
internal sealed record UpsPayment(ImmutableArray<UpsCharge> ShipmentCharge)
{
    public static UpsPayment By(string account) => new([new UpsCharge("01", new UpsAccount(account))]);
}

internal sealed record UpsCharge(string Type, UpsAccount BillShipper);

internal sealed record UpsAccount(string AccountNumber);

internal sealed record UpsWeight(UpsCode UnitOfMeasurement, string Weight);

internal sealed record UpsDimensions(UpsCode UnitOfMeasurement, string Length, string Width, string Height);

internal sealed record UpsReference(string Value);

/// <summary>Asks for what the account really pays.</summary>
internal sealed record UpsRatingOptions(string NegotiatedRatesIndicator = "");

/// <summary>What the account really pays, where it has rates of its own.</summary>
internal sealed record UpsNegotiatedCharges(UpsMoney? TotalCharge = null);

/// <summary>Echoed by UPS.</summary>
internal sealed record UpsContext(string CustomerContext);

/// <summary>UPS's own word on a call that it answered with 200: <c>1</c> is success.</summary>
internal sealed record UpsResponse(UpsCode ResponseStatus);

/// <summary>What stands in the body of a failed call.</summary>
internal sealed record UpsErrorAnswer([property: JsonPropertyName("response")] UpsErrors Response);

internal sealed record UpsErrors(
    [property: JsonPropertyName("errors"), JsonConverter(typeof(OneOrMany<UpsError>))] ImmutableArray<UpsError> Errors);

internal sealed record UpsError(
    [property: JsonPropertyName("code")] string? Code = null, [property: JsonPropertyName("message")] string? Message = null);
