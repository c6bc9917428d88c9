using System.Collections.Immutable;
using Hub.Adapters.Connectors;
using Hub.Adapters.Orders;
using Hub.Adapters.Shipments;
using Hub.Adapters.Webhooks;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Processes;
using Hub.Town.Business.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Adapters.Tests.Shipments;

/// <summary>An ERP that ships by itself: its shipments reach their orders, once, whatever came first.</summary>
public sealed class FetchShipmentsTests : IAsyncLifetime
{
    private readonly AdaptersBench _bench = new();
    private FetchShipments _fetch = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_ShippedInParts_TheOrderIsShippedAndRepeatsChangeNothing()
    {
        var source = new Shipper();
        await ReceiveAsync("web/1");
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/1") == "booked", "booked");
        source.Shipped.Add(Parcel("web/1", "OUT1", 1));
        source.Shipped.Add(Parcel("web/unknown", "OUT9", 1));
        await FetchAsync(source);
        await FetchAsync(source);
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/1") == "partly shipped", "partly shipped");

        source.Shipped.Add(Parcel("web/1", "OUT2", 1));
        await FetchAsync(source);

        await _bench.UntilAsync(async () => await _bench.StateAsync("web/1") == "shipped", "shipped");
        Assert.Equal("unheard of", await _bench.StateAsync("web/unknown"));
        Assert.Empty(await _bench.CountAsync(_bench.Addresses.Carrier, "/shipments", "town-carrier"));
    }

    /// <summary>The ERP booked and shipped it, and its answer to the booking is still to come.</summary>
    [Fact]
    public async Task Fetch_ShippedBeforeTheBookingIsKnown_ComesWhenItIs()
    {
        var source = new Shipper();
        await _bench.TurnDialsAsync(new FaultDial(Down: true));
        await ReceiveAsync("web/2");
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/2") == "received", "received");
        source.Shipped.Add(Parcel("web/2", "OUT3", 2));
        await FetchAsync(source);
        Assert.Equal("received", await _bench.StateAsync("web/2"));
        await _bench.TurnDialsAsync(new FaultDial());
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/2") == "booked", "booked");

        await FetchAsync(source);

        await _bench.UntilAsync(async () => await _bench.StateAsync("web/2") == "shipped", "shipped");
        Assert.True(source.Asked[^1] <= source.Asked[0] + TimeSpan.FromDays(3), "The cursor did not wait for it.");
    }

    public async ValueTask InitializeAsync()
    {
        await _bench.InitializeAsync();
        Assert.Empty(await _bench.TakeAsync(_bench.Document().Replace("\"Orders\": {", "\"Orders\": { \"Shipping\": \"by-erp\",", StringComparison.Ordinal)));
        _fetch = new FetchShipments(
            _bench.Services.GetRequiredService<ConnectorSet>(), _bench.Services.GetRequiredService<PausedConnectors>(), _bench.Services.GetRequiredService<IProcessStore>(), _bench.Services.GetRequiredService<Intake>(),
            _bench.Services.GetRequiredService<Hints>(), _bench.Services.GetRequiredService<AdaptersOptions>(), _bench.Time, NullLogger<FetchShipments>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _fetch.Dispose();
        await _bench.DisposeAsync();
    }

    private static ShippedOrder Parcel(string key, string id, int pieces) => new(
        OrderKey.Parse(key), id, new Shipment(TrackingNumber.Parse($"T-{id}"), "Van") { Lines = [new ParcelLine(Sku.Parse("TS-001"), pieces)] });

    private Task FetchAsync(Shipper source) => _fetch.FetchAsync("erp", source, Cancel);

    private async Task ReceiveAsync(string key)
    {
        using var taken = await _bench.ReceiveAsync(_bench.Order(key));
        Assert.True(taken.IsSuccessStatusCode);
    }

    private sealed class Shipper : IShipmentSource
    {
        public List<ShippedOrder> Shipped { get; } = [];

        public List<DateTimeOffset> Asked { get; } = [];

        public Task<CallOutcome<ShipmentPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken)
        {
            Asked.Add(since);
            return Task.FromResult<CallOutcome<ShipmentPage>>(new CallOutcome<ShipmentPage>.Done(new ShipmentPage(Shipped.ToImmutableArray(), null, null)));
        }
    }
}
