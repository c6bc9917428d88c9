using Hub.Connectors.Ups.Rates;
using Hub.Connectors.Ups.Shipments;
using Refit;

namespace Hub.Connectors.Ups;

/// <summary>
/// UPS as it speaks. Each call carries an id of its own (<c>transId</c>), by which UPS's support finds it; it is no idempotency key.
/// </summary>
[Headers("transactionSrc: hub")]
internal interface IUpsApi
{
    [Post("/api/shipments/v2409/ship")]
    Task<UpsShipAnswer> ShipAsync([Body] UpsShip ship, [Header("transId")] string trace, CancellationToken cancellationToken);

    [Delete("/api/shipments/v2409/void/cancel/{shipment}")]
    Task<UpsVoidAnswer> VoidAsync(string shipment, [Header("transId")] string trace, CancellationToken cancellationToken);

    [Post("/api/labels/v1/recovery")]
    Task<UpsRecoveryAnswer> RecoverLabelAsync([Body] UpsRecovery recovery, [Header("transId")] string trace, CancellationToken cancellationToken);

    /// <summary>All services at once.</summary>
    [Post("/api/rating/v2409/Shop")]
    Task<UpsRateAnswer> RateAsync([Body] UpsRate rate, [Header("transId")] string trace, CancellationToken cancellationToken);
}
