using System.Collections.Immutable;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Ups.Rates;

/// <summary>What each of UPS's services would cost the account: its own rates where it has some, the published ones otherwise.</summary>
internal sealed class RateUpsParcel(IUpsApi api, VendorCalls calls, UpsOptions options) : IShippingRates
{
    public Task<CallOutcome<ImmutableArray<ShippingRate>>> RateAsync(Parcel parcel, CancellationToken cancellationToken) =>
        UpsParcel.Problems(parcel, options).ToList() is [_, ..] problems
            ? Task.FromResult<CallOutcome<ImmutableArray<ShippingRate>>>(new CallOutcome<ImmutableArray<ShippingRate>>.Refused(string.Join(' ', problems)))
            : calls.AskAsync(
                async cancel => new CallOutcome<ImmutableArray<ShippingRate>>.Done(
                [
                    .. Whole((await api.RateAsync(ToUps(parcel), Guid.NewGuid().ToString("N"), cancel)).RateResponse.RatedShipment)
                        .Select(FromUps)
                        .OrderBy(rate => rate.Cost.Amount),
                ]),
                UpsAnswers.Read<ImmutableArray<ShippingRate>>, cancellationToken);

    /// <summary>Where UPS has no service for a parcel it answers with an error, never with none.</summary>
    private static ImmutableArray<UpsRatedShipment> Whole(ImmutableArray<UpsRatedShipment> rated) =>
        rated.IsDefaultOrEmpty ? throw new JsonException("UPS answered with something that is no list of rates.") : rated;

    private UpsRate ToUps(Parcel parcel) => new(new UpsRateRequest(
        new UpsRateOptions("Shop", new UpsContext(parcel.Reference)),
        new UpsRatedParcel(
            UpsParcel.ForRating(UpsParcel.Sender(options)),
            UpsParcel.ForRating(UpsParcel.Receiver(parcel.Order.ShipTo, options)),
            UpsPayment.By(options.Account),
            [new UpsRatedPackage(new UpsCode(options.Packaging), UpsParcel.Weight(parcel, options), UpsParcel.Dimensions(options))],
            new UpsRatingOptions("Y"))));

    private static ShippingRate FromUps(UpsRatedShipment rated)
    {
        var cost = rated.NegotiatedRateCharges?.TotalCharge ?? rated.TotalCharges;
        return new ShippingRate(rated.Service.Code, new Money(cost.MonetaryValue, cost.CurrencyCode), rated.GuaranteedDelivery?.BusinessDaysInTransit);
    }
}
