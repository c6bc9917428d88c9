using System.Collections.Immutable;
using Refit;

namespace Hub.Connectors.ShipEngine;

/// <summary>ShipEngine as it speaks; names in JSON are <c>snake_case</c>, money is a number.</summary>
internal interface IShipEngineApi
{
    [Post("/v1/labels")]
    Task<ShipEngineLabel> CreateLabelAsync([Body] NewShipEngineLabel label, CancellationToken cancellationToken);

    /// <param name="reference">Of letters that no server on the way escapes or takes for a path: see <see cref="ShipEngineReference"/>.</param>
    [Get("/v1/labels/external_shipment_id/{reference}")]
    Task<ShipEngineLabel> GetLabelByExternalShipmentIdAsync(string reference, CancellationToken cancellationToken);

    [Put("/v1/labels/{label}/void")]
    Task<ShipEngineVoid> VoidLabelAsync(string label, CancellationToken cancellationToken);

    [Post("/v1/rates/estimate")]
    Task<ImmutableArray<ShipEngineRate>> EstimateRatesAsync([Body] NewShipEngineEstimate estimate, CancellationToken cancellationToken);
}

/// <param name="LabelDownloadType">The label's address, and not the label itself, comes back.</param>
internal sealed record NewShipEngineLabel(NewShipEngineShipment Shipment, string LabelFormat, string LabelLayout, string LabelDownloadType = "url");

/// <param name="ExternalShipmentId">Unique at ShipEngine; more than 50 characters are cut there in silence.</param>
/// <param name="ShipmentNumber">What a person reads in ShipEngine's lists.</param>
internal sealed record NewShipEngineShipment(
    string CarrierId,
    string ServiceCode,
    string ExternalShipmentId,
    string ShipmentNumber,
    ShipEngineAddress ShipTo,
    ShipEngineAddress ShipFrom,
    ImmutableArray<NewShipEnginePackage> Packages);

internal sealed record ShipEngineAddress(
    string Name,
    string? CompanyName,
    string? Phone,
    string AddressLine1,
    string? AddressLine2,
    string CityLocality,
    string StateProvince,
    string PostalCode,
    string CountryCode);

internal sealed record NewShipEnginePackage(ShipEngineWeight Weight, ShipEngineDimensions? Dimensions);

internal sealed record ShipEngineWeight(decimal Value, string Unit);

internal sealed record ShipEngineDimensions(string Unit, decimal Length, decimal Width, decimal Height);

/// <summary>A label; of a voided one <see cref="Voided"/> is true and <see cref="Status"/> says so too.</summary>
internal sealed record ShipEngineLabel(string LabelId, string Status, bool Voided)
{
    public string? TrackingNumber { get; init; }

    public string? ExternalShipmentId { get; init; }

    public string? CarrierCode { get; init; }

    public string? CarrierId { get; init; }

    public string? ServiceCode { get; init; }

    public ShipEngineMoney? ShipmentCost { get; init; }

    public ShipEngineMoney? InsuranceCost { get; init; }

    public ShipEngineDownload? LabelDownload { get; init; }
}

/// <param name="Currency">In small letters.</param>
internal sealed record ShipEngineMoney(string Currency, decimal Amount);

internal sealed record ShipEngineDownload(string? Href = null, string? Pdf = null, string? Png = null, string? Zpl = null);

/// <summary>The answer is 200 whether or not the label was voided.</summary>
internal sealed record ShipEngineVoid(bool Approved, string? Message = null, string? ReasonCode = null);

internal sealed record NewShipEngineEstimate(
    ImmutableArray<string> CarrierIds,
    string FromCountryCode,
    string FromPostalCode,
    string FromCityLocality,
    string FromStateProvince,
    string ToCountryCode,
    string ToPostalCode,
    string ToCityLocality,
    string ToStateProvince,
    ShipEngineWeight Weight,
    ShipEngineDimensions? Dimensions,
    string ShipDate);

internal sealed record ShipEngineRate(
    string CarrierId,
    string ServiceCode,
    ShipEngineMoney ShippingAmount,
    ShipEngineMoney? InsuranceAmount = null,
    ShipEngineMoney? ConfirmationAmount = null,
    ShipEngineMoney? OtherAmount = null,
    ShipEngineMoney? TaxAmount = null,
    int? DeliveryDays = null,
    string? ValidationStatus = null);

/// <summary>What stands in the body of almost every failed call.</summary>
internal sealed record ShipEngineErrors(ImmutableArray<ShipEngineError> Errors, string? RequestId = null);

/// <param name="ErrorSource"><c>shipengine</c>, <c>carrier</c> or <c>order_source</c>: who failed.</param>
internal sealed record ShipEngineError(
    string? ErrorSource = null, string? ErrorType = null, string? ErrorCode = null, string? Message = null, string? FieldName = null);
