using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Specs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.ShipEngine.Tests;

/// <summary>What is sent, held against ShipEngine's own description.</summary>
public sealed class ShipEngineSpecTests : ConnectorContract<ShipEngineStub>
{
    private readonly SpecValidator _spec = SpecValidator.Open("shipengine/openapi.yaml");

    private IShipmentBooking Carrier => Port<IShipmentBooking>();

    protected override ShipEngineStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShipEngine(ShipEngineTestOptions.At(Stub.Address, Bench));

    [Fact]
    public async Task Requests_OfALabelsWholeLife_AreAsDescribed()
    {
        var parcel = new Parcel(SampleOrders.Plain(), 2, []);
        var shipment = Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Carrier.ShipAsync(parcel, Cancel))).Value;
        await EndAsync(Carrier.FindAsync(parcel, Cancel));
        await EndAsync(Carrier.VoidAsync(parcel, shipment, Cancel));

        Assert.Equal(3, Stub.Requests.Length);
        _spec.AssertValid(Stub.Requests);
    }

    [Fact]
    public async Task Requests_AddressWithAllFields_AreAsDescribed()
    {
        var order = SampleOrders.Names("web/ä 1/2");
        var parcel = new Parcel(
            order with { ShipTo = order.ShipTo with { Company = "חברה", Street2 = "דירה 4", Phone = "+972 3 5550100", Region = "TA" } }, 1, []);
        Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Carrier.ShipAsync(parcel, Cancel)));

        _spec.AssertValid(Stub.Requests);
    }

    [Fact]
    public async Task Requests_Rates_AreAsDescribed()
    {
        Assert.IsType<CallOutcome<ImmutableArray<ShippingRate>>.Done>(
            await EndAsync(Port<IShippingRates>().RateAsync(new Parcel(SampleOrders.Plain(), 1, []), Cancel)));

        _spec.AssertValid(Stub.Requests);
    }
}
