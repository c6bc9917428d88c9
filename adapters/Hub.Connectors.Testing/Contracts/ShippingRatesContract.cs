using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a carrier's rates have to keep to: an offer costs what the carrier says, and asking buys nothing.</summary>
public abstract class ShippingRatesContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    /// <summary>Is it the call that asks for rates? The faults hit that one.</summary>
    protected abstract bool IsRating(StubRequest request);

    /// <summary>Is it a call that makes a shipment at the vendor, paid or not? Asking must make none.</summary>
    protected abstract bool IsBooking(StubRequest request);

    [Fact]
    public async Task Rate_Parcel_GivesOffersCheapestFirstAndBuysNothing()
    {
        var rates = Offers(await RateAsync());

        Assert.NotEmpty(rates);
        Assert.Equal(rates.OrderBy(rate => rate.Cost.Amount), rates);
        Hold(rates);
        Assert.DoesNotContain(Stub.Requests, IsBooking);
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task Rate_Fault_IsNeverAnOffer(string fault)
    {
        Stub.Fail(EffectFaults.Of(fault), IsRating, times: 2);

        var outcome = Outcome.Of(await RateAsync()).Is("NotDone", "Unknown");

        if (fault == StubFault.TooMany(7).Name)
        {
            Assert.Equal(TimeSpan.FromSeconds(7), outcome.After);
        }
    }

    [Fact]
    public async Task Rate_UnknownFields_GivesTheSame()
    {
        var rates = Offers(await RateAsync());
        Stub.Fail(StubFault.Json("unknown fields", JsonChanges.AddUnknownFields), times: 1000);

        Assert.Equal(rates, Offers(await RateAsync()));
    }

    [Fact]
    public async Task Rate_NullWhereForbidden_IsNeverFreeOfCharge()
    {
        // 1. What the answer looks like.
        var paths = new List<string>();
        Stub.Fail(StubFault.Json("read", node => paths.AddRange(JsonChanges.Paths(node))), IsRating);
        Offers(await RateAsync());

        // 2. Each of its fields null once.
        foreach (var path in paths.Take(80))
        {
            Stub.Fail(StubFault.Json($"null at {path}", node => JsonChanges.SetNull(node, path)), IsRating);
            var outcome = await RateAsync();

            Outcome.Of(outcome).Is("Done", "Unknown");
            if (outcome is CallOutcome<ImmutableArray<ShippingRate>>.Done { Value: var rates })
            {
                Assert.False(rates.IsDefaultOrEmpty, $"With null at {path} nobody takes the parcel.");
                Hold(rates);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SampleOrders.OddNames), MemberType = typeof(SampleOrders))]
    public async Task Rate_OddOrder_IsRatedOrRefusedWithAReason(string name)
    {
        var outcome = Outcome.Of(await RateAsync(SampleOrders.Odd("web/odd")[name])).Is("Done", "Refused");

        Assert.True(outcome.Kind == "Done" || outcome.Reason.Length > 0);
    }

    [Fact]
    public async Task Rate_VendorSendsOurSecretsBack_TellsThemToNobody()
    {
        Stub.Fail(StubFault.Echo, IsRating);

        var outcome = Outcome.Of(await RateAsync()).Is("Refused", "NotDone", "Unknown");

        Bench.AssertNoSecretIn([outcome.Reason, .. Bench.Log.Lines, .. Bench.LastErrors]);
    }

    private static void Hold(ImmutableArray<ShippingRate> rates) => Assert.All(rates, rate =>
    {
        Assert.NotEmpty(rate.Service);
        Assert.True(rate.Cost.Amount > 0, $"{rate} costs nothing.");
        Assert.True(rate.Cost.Currency is { Length: 3 } currency && currency.All(char.IsAsciiLetterUpper), $"{rate} is in no currency.");
    });

    private static ImmutableArray<ShippingRate> Offers(CallOutcome<ImmutableArray<ShippingRate>> outcome) =>
        Assert.IsType<CallOutcome<ImmutableArray<ShippingRate>>.Done>(outcome).Value;

    private Task<CallOutcome<ImmutableArray<ShippingRate>>> RateAsync(Order? order = null) =>
        EndAsync(Port<IShippingRates>().RateAsync(new Parcel(order ?? SampleOrders.Plain(), 1, []), Cancel));
}
