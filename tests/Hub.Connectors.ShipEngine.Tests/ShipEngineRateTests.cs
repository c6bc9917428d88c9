using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.ShipEngine.Tests;

public sealed class ShipEngineRateTests : ConnectorContract<ShipEngineStub>
{
    protected override ShipEngineStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShipEngine(ShipEngineTestOptions.At(Stub.Address, Bench));

    [Fact]
    public async Task Rate_Parcel_GivesWhatTakesItCheapestFirst()
    {
        var rates = Assert.IsType<CallOutcome<ImmutableArray<ShippingRate>>.Done>(await RateAsync()).Value;

        Assert.Equal(
            [new ShippingRate("usps_priority_mail", Money.Parse("7.43 USD"), 3), new ShippingRate("ups_ground", Money.Parse("9.45 USD"), 3)], rates);
    }

    [Fact]
    public async Task Rate_NoRates_IsRefusedWithShipEnginesWords()
    {
        Stub.Answer("POST /v1/rates/estimate", ShipEngineStub.Error(400, "no_rates_returned", "No rates", "business_rules", "carrier"));

        Assert.Contains("No rates", Assert.IsType<CallOutcome<ImmutableArray<ShippingRate>>.Refused>(await RateAsync()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[null]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[{\"carrier_id\":\"se-1\",\"service_code\":\"a\",\"shipping_amount\":null}]")]
    public async Task Rate_AnswerThatIsNone_IsUnknown(string body)
    {
        Stub.Answer("POST /v1/rates/estimate", StubAnswer.Json(body));

        Assert.IsType<CallOutcome<ImmutableArray<ShippingRate>>.Unknown>(await RateAsync());
    }

    private Task<CallOutcome<ImmutableArray<ShippingRate>>> RateAsync() =>
        EndAsync(Port<IShippingRates>().RateAsync(new Parcel(SampleOrders.Plain(), 1, []), Cancel));
}
