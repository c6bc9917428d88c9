using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Specs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Ups.Tests;

/// <summary>What is sent, held against UPS's own descriptions.</summary>
public sealed class UpsSpecTests : ConnectorContract<UpsStub>
{
    private readonly SpecValidator _shipping = SpecValidator.Open("ups/Shipping.yaml", "/api");
    private readonly SpecValidator _rating = SpecValidator.Open("ups/Rating.yaml", "/api");
    private readonly SpecValidator _oauth = SpecValidator.Open("ups/OAuthClientCredentials.yaml");
    private UpsOptions? _options;

    private IShipmentBooking Carrier => Port<IShipmentBooking>();

    protected override UpsStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddUps(_options ?? UpsTestOptions.At(Stub.Address, Bench));

    [Fact]
    public async Task Requests_OfAShipmentsWholeLife_AreAsDescribed()
    {
        var parcel = new Parcel(SampleOrders.Plain(), 2, []);
        var shipment = Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Carrier.ShipAsync(parcel, Cancel))).Value;
        await EndAsync(Carrier.FindAsync(parcel, Cancel));
        await EndAsync(Carrier.VoidAsync(parcel, shipment, Cancel));

        Assert.Equal(4, Stub.Requests.Length);
        _oauth.AssertValid(Stub.Requests.Take(1));
        _shipping.AssertValid(Stub.Requests.Skip(1));
    }

    [Fact]
    public async Task Requests_WithinTheUnitedStatesAndAbroad_AreAsDescribed()
    {
        _options = UpsTestOptions.At(Stub.Address, Bench, new SenderOptions
        {
            Name = "Shipping desk",
            Street = "Main 1",
            City = "Austin",
            Region = "TX",
            Zip = "78701-1234",
            Country = "US",
            Phone = "+1 512 555 0100",
        }, UpsUnits.Imperial);
        var home = SampleOrders.Plain("web/1");
        home = home with { ShipTo = home.ShipTo with { Country = "US", Region = "NY", Zip = "10001", Company = "Home Ltd", Phone = "212 555 0100" } };
        foreach (var order in new[] { home, SampleOrders.Names("web/2") })
        {
            Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Carrier.ShipAsync(new Parcel(order, 1, []), Cancel)));
            Assert.IsType<CallOutcome<ImmutableArray<ShippingRate>>.Done>(await EndAsync(Port<IShippingRates>().RateAsync(new Parcel(order, 1, []), Cancel)));
        }

        _shipping.AssertValid(Stub.Of("POST /api/shipments/v2409/ship"));
        _rating.AssertValid(Stub.Of("POST /api/rating/v2409/Shop"));
    }

    [Fact]
    public async Task TraceIds_OfAllCalls_DifferAndAreNotTooLong()
    {
        var parcel = new Parcel(SampleOrders.Plain(), 1, []);
        await EndAsync(Carrier.ShipAsync(parcel, Cancel));
        await EndAsync(Carrier.FindAsync(parcel, Cancel));

        var traces = Stub.Requests.Skip(1).Select(request => request.Header("transId")).ToList();
        Assert.All(traces, trace => Assert.InRange(trace.Length, 1, 32));
        Assert.Distinct(traces);
        Assert.All(Stub.Requests.Skip(1), request => Assert.Equal("hub", request.Header("transactionSrc")));
    }
}
