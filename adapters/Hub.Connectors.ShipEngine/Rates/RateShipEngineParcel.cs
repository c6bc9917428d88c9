using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.ShipEngine.Rates;

/// <summary>What each service of the carrier account would cost. An estimate: it makes no shipment at ShipEngine, which <c>/v1/rates</c> would.</summary>
internal sealed class RateShipEngineParcel(IShipEngineApi api, VendorCalls calls, ShipEngineOptions options, TimeProvider time) : IShippingRates
{
    public Task<CallOutcome<ImmutableArray<ShippingRate>>> RateAsync(Parcel parcel, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel => new CallOutcome<ImmutableArray<ShippingRate>>.Done(
        [
            .. Whole(await api.EstimateRatesAsync(ToShipEngine(parcel), cancel))
                .Where(rate => rate.ValidationStatus != "invalid")
                .Select(FromShipEngine)
                .OfType<ShippingRate>()
                .OrderBy(rate => rate.Cost.Amount),
        ]),
        ShipEngineAnswers.Read<ImmutableArray<ShippingRate>>, cancellationToken);

    private static ImmutableArray<ShipEngineRate> Whole(ImmutableArray<ShipEngineRate> rates) =>
        rates.IsDefault || rates.Contains(null!) ? throw new JsonException("ShipEngine answered with something that is no list of rates.") : rates;

    private NewShipEngineEstimate ToShipEngine(Parcel parcel)
    {
        var (from, to) = (options.Sender!.ToAddress(), parcel.Order.ShipTo);
        return new NewShipEngineEstimate(
            [options.CarrierId],
            from.Country, from.Zip, from.City, ShipEngineParcel.StateOf(from),
            to.Country, to.Zip, to.City, ShipEngineParcel.StateOf(to),
            ShipEngineParcel.WeightOf(parcel, options),
            ShipEngineParcel.DimensionsOf(options),
            time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
    }

    /// <summary>Null: it is of several currencies, so that it can't be held against the others.</summary>
    private ShippingRate? FromShipEngine(ShipEngineRate rate) =>
        ShipEngineParcel.Sum(rate.ShippingAmount, rate.InsuranceAmount, rate.ConfirmationAmount, rate.OtherAmount, rate.TaxAmount) is { } cost
            ? new ShippingRate(ShipEngineParcel.WriteService(rate.CarrierId, rate.ServiceCode.Trim(), options), cost, rate.DeliveryDays)
            : null;
}
