using Hub.Adapters.Connectors;
using Hub.Adapters.References;
using Hub.Adapters.Stock;
using Hub.Adapters.Stock.Store;
using Hub.Adapters.Webhooks;
using Hub.Commerce;
using Hub.Planes;
using Hub.Processes.Sqlite;
using Hub.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Adapters.Tests.Stock;

/// <summary>What stock does on every database. A database's whole test inherits it.</summary>
public abstract partial class StockStoreContract : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-stock-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero));
    private IStockDatabase _database = null!;
    private SqliteProcessStore _turns = null!;
    private StockStore _stock = null!;
    private FetchStock _fetch = null!;
    private AdaptersOptions _options = null!;
    private ReferenceTables _references = null!;
    private ConnectorSet _connectors = null!;
    private PausedConnectors _paused = null!;
    private FakeOwner _owner = null!;

    protected string Folder => _folder;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Oversell_TheLastPieceIsSoldOnOneChannel_TheOthersAreToldBeforeTheErpKnows()
    {
        await SetChannelsAsync("bazaar", "mall");
        _owner.Set("TS-1", 1);
        await FetchAsync();
        Assert.Equal(("1", "1"), (await WantedAsync("bazaar", "TS-1"), await WantedAsync("mall", "TS-1")));

        await OrderAsync("bazaar/1", "TS-1", 1, DeltaPhase.Held);

        Assert.Equal(("0", "0"), (await WantedAsync("bazaar", "TS-1"), await WantedAsync("mall", "TS-1")));
        await OrderAsync("mall/1", "TS-1", 1, DeltaPhase.Held);
        Assert.Equal(("0", "0"), (await WantedAsync("bazaar", "TS-1"), await WantedAsync("mall", "TS-1")));
    }

    [Fact]
    public async Task StockCountedTwice_TheErpPosted_TheReservationEndsWithTheFirstLevelReadAfterIt()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 10);
        await FetchAsync();
        await OrderAsync("web/1", "TS-1", 2, DeltaPhase.Held);
        await OrderAsync("web/2", "TS-1", 3, DeltaPhase.Held);
        Assert.Equal("5", await WantedAsync("bazaar", "TS-1"));

        _owner.Set("TS-1", 8);
        await OrderAsync("web/1", "TS-1", 2, DeltaPhase.Booked);
        Assert.Equal("5", await WantedAsync("bazaar", "TS-1"));
        await FetchAsync();

        Assert.Equal("5", await WantedAsync("bazaar", "TS-1"));
        Assert.Equal("order web/2 TS-1", Assert.Single(await _stock.GetOpenAsync("TS-1", Cancel)).Id);
    }

    [Fact]
    public async Task Reservation_ReadBeganBeforeTheBooking_IsHeld()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 10);
        await FetchAsync();
        await OrderAsync("web/1", "TS-1", 2, DeltaPhase.Held);
        var read = await _stock.BeginReadAsync("erp", Cancel);
        await OrderAsync("web/1", "TS-1", 2, DeltaPhase.Booked);

        // It may have been taken before the booking: the owner's 10 don't include it.
        await _stock.TakeLevelsAsync(read, [new StockLevel(Sku.Parse("TS-1"), 10)], Cancel);

        Assert.Equal("8", await WantedAsync("bazaar", "TS-1"));
    }

    /// <summary>The ERP posted, the answer was lost, and the booking is found an hour later: its level was read long ago.</summary>
    [Fact]
    public async Task StockCountedTwice_BookingKnownLate_TheReadGoesBackToWhenTheOrderCame()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 10);
        await FetchAsync();
        await OrderAsync("web/1", "TS-1", 2, DeltaPhase.Held);
        _time.Advance(TimeSpan.FromSeconds(5));
        _owner.Set("TS-1", 8);
        await FetchAsync();
        for (var minute = 0; minute < 50; minute += 10)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            _owner.Set("TS-2", minute);
            await FetchAsync();
        }

        Assert.Equal("6", await WantedAsync("bazaar", "TS-1"));
        await OrderAsync("web/1", "TS-1", 2, DeltaPhase.Booked);
        await FetchAsync();
        Assert.Equal("8", await WantedAsync("bazaar", "TS-1"));

        // It was looked for once; later reads go back no further than usual.
        await FetchAsync();
        Assert.True(_owner.Asked[^1] > _time.GetUtcNow() - TimeSpan.FromMinutes(20));
    }

    [Fact]
    public async Task Reservation_Cancelled_GivesThePiecesBack()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 10);
        await FetchAsync();
        await OrderAsync("web/1", "TS-1", 2, DeltaPhase.Ended);
        await OrderAsync("web/1", "TS-1", 2, DeltaPhase.Held);

        Assert.Equal("10", await WantedAsync("bazaar", "TS-1"));
    }

    [Fact]
    public async Task Deltas_SameIdAgain_CountOnce()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 10);
        await FetchAsync();
        var delta = new StockDelta("till 7", Sku.Parse("TS-1"), "", -4, "sold at the till");

        Assert.Equal(1, await _stock.TakeDeltasAsync([delta, delta], Cancel));
        Assert.Equal(0, await _stock.TakeDeltasAsync([delta with { Change = -9 }], Cancel));
        Assert.Equal("6", await WantedAsync("bazaar", "TS-1"));
        await _stock.TakeDeltasAsync([delta with { Phase = DeltaPhase.Booked }], Cancel);
        _owner.Set("TS-1", 6);
        await FetchAsync();
        Assert.Equal(0, await _stock.TakeDeltasAsync([delta], Cancel));
        Assert.Equal("6", await WantedAsync("bazaar", "TS-1"));
    }

    [Fact]
    public async Task Read_EqualTimesAndAClockThatIsOff_LosesNothing()
    {
        await SetChannelsAsync("bazaar");
        _owner.Ahead = TimeSpan.FromSeconds(-70);
        for (var i = 0; i < 10; i++)
        {
            _owner.Set($"TS-{i}", i);
        }

        await FetchAsync();
        for (var i = 0; i < 10; i += 2)
        {
            // In the same second as before.
            _owner.Set($"TS-{i}", 100 + i);
        }

        await FetchAsync();
        _owner.Ahead = TimeSpan.FromSeconds(50);
        _owner.Set("TS-1", 77);
        await FetchAsync();

        Assert.Equal(("100", "108", "9", "77"), (
            await WantedAsync("bazaar", "TS-0"), await WantedAsync("bazaar", "TS-8"), await WantedAsync("bazaar", "TS-9"), await WantedAsync("bazaar", "TS-1")));
    }

    [Fact]
    public async Task Levels_OfAReadThatALaterOneOvertook_AreNotTaken()
    {
        await SetChannelsAsync("bazaar");
        var slow = await _stock.BeginReadAsync("erp", Cancel);
        var quick = await _stock.BeginReadAsync("erp", Cancel);
        await _stock.TakeLevelsAsync(quick, [new StockLevel(Sku.Parse("TS-1"), 3)], Cancel);
        await _stock.TakeLevelsAsync(slow, [new StockLevel(Sku.Parse("TS-1"), 9)], Cancel);

        Assert.Equal("3", await WantedAsync("bazaar", "TS-1"));
    }

    [Fact]
    public async Task Channels_ByLocationAndTogether_AreToldTheirs()
    {
        await _stock.SetChannelsAsync([new ToldChannel("bazaar", "stock"), new ToldChannel("shop", "stock", ByPlace: true)], Cancel);
        _owner.Set("TS-1", 5, "berlin");
        _owner.Set("TS-1", 2, "bremen");
        await FetchAsync();
        await _stock.TakeDeltasAsync([new StockDelta("a", Sku.Parse("TS-1"), "berlin", -1, "")], Cancel);
        await _stock.TakeDeltasAsync([new StockDelta("b", Sku.Parse("TS-1"), "", -3, "")], Cancel);

        Assert.Equal(("3", "1", "0"), (
            await WantedAsync("bazaar", "TS-1"), await WantedAsync("shop", "TS-1", "berlin"), await WantedAsync("shop", "TS-1", "bremen")));
    }

    [Fact]
    public async Task Channels_AddedLater_AreToldAllThatThereIs()
    {
        await SetChannelsAsync("bazaar");
        _owner.Set("TS-1", 5);
        _owner.Set("TS-2", 6);
        await FetchAsync();
        await _stock.TakePriceAsync(new ArticlePrice(Sku.Parse("TS-1"), Money.Parse("9.95 EUR")), "", Cancel);
        await _stock.TakePriceAsync(new ArticlePrice(Sku.Parse("TS-1"), Money.Parse("8.50 EUR")), "mall", Cancel);
        await _stock.TakePriceAsync(new ArticlePrice(Sku.Parse("TS-1"), Money.Parse("9.90 EUR")), "", Cancel);

        await _stock.SetChannelsAsync(
            [new ToldChannel("bazaar", "stock"), new ToldChannel("mall", "stock"), new ToldChannel("mall", "price"), new ToldChannel("bazaar", "price")], Cancel);

        Assert.Equal(2, (await _stock.GetDueAsync("mall", "stock", 10, Cancel)).Length);
        Assert.Equal("8.50 EUR", Assert.Single(await _stock.GetDueAsync("mall", "price", 10, Cancel)).Value);
        Assert.Equal("9.90 EUR", Assert.Single(await _stock.GetDueAsync("bazaar", "price", 10, Cancel)).Value);
    }

    public async ValueTask InitializeAsync()
    {
        _database = await OpenAsync();
        _options = new AdaptersOptions
        {
            Plane = new PlaneOptions
            {
                Name = "adapters-1",
                Role = "adapters",
                Control = new Uri("http://127.0.0.1:1"),
                Token = "none",
                Folder = _folder,
                Api = () => new Uri("http://127.0.0.1:1"),
            },
        };
        var keys = new KeyFolder(Path.Combine(_folder, "keys"));
        _turns = new SqliteProcessStore(new SqliteFile(Path.Combine(_folder, "turns.db")), _time, keys.Texts);
        _references = new ReferenceTables(_turns, _time, NullLogger<ReferenceTables>.Instance);
        _paused = new PausedConnectors(_turns, _time, NullLogger<PausedConnectors>.Instance);
        _connectors = new ConnectorSet(new ConnectorStores(_turns, keys), _references, _time);
        _stock = new StockStore(_database, _time);
        _owner = new FakeOwner(_time);
        _fetch = MakeFetch();
    }

    public async ValueTask DisposeAsync()
    {
        _fetch.Dispose();
        _references.Dispose();
        _paused.Dispose();
        await _connectors.DisposeAsync();
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>An empty database.</summary>
    private protected abstract ValueTask<IStockDatabase> OpenAsync();

    protected abstract ValueTask CloseAsync();

    private FetchStock MakeFetch() => new(new StockRoute(_connectors, _paused), _stock, _turns, new Hints(_time), _options, _time, NullLogger<FetchStock>.Instance);

    private Task FetchAsync() => _fetch.FetchAsync("erp", _owner, Cancel);

    private Task SetChannelsAsync(params string[] names) => _stock.SetChannelsAsync([.. names.Select(name => new ToldChannel(name, "stock"))], Cancel);

    private Task<int> OrderAsync(string key, string sku, int pieces, DeltaPhase phase) =>
        _stock.TakeDeltasAsync([Reservation.Delta(OrderKey.Parse(key), new ParcelLine(Sku.Parse(sku), pieces), phase)], Cancel);

    private async Task<string> WantedAsync(string channel, string sku, string place = "") =>
        (await _stock.GetTellingsAsync(sku, Cancel)).Single(row => row.Channel == channel && row.Place == place && row.Kind == "stock").Wanted;
}
