using System.Net;
using System.Net.Http.Json;
using Hub.Control.Protocol;
using Hub.Town.Business;
using Hub.Town.Business.Faults;

namespace Hub.Adapters.Tests.Stock;

/// <summary>The town's ERP owns the stock, its marketplace is told, and orders go their way between the two.</summary>
public sealed class StockWayTests : IAsyncLifetime
{
    private readonly AdaptersBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stock_OrdersAndGoodsIn_TheMarketplaceShowsWhatTheErpHas()
    {
        var before = await ErpAsync("TS-001");
        await ShowsAsync("TS-001", before);
        await _bench.TurnDialsAsync(new FaultDial(ErrorRate: 0.3, TimeoutAfterSuccessRate: 0.1));
        for (var order = 0; order < 5; order++)
        {
            using var taken = await _bench.ReceiveAsync(_bench.Order($"web/{order}"));
            Assert.True(taken.IsSuccessStatusCode);
        }

        await _bench.KillPlaneAsync();
        await StartAsync();
        await _bench.UntilAsync(async () => (await _bench.OrdersAsync()).All(order => order.State == "shipped"), "shipped");
        await _bench.TurnDialsAsync(new FaultDial());
        await ShowsAsync("TS-001", before - 10);

        Assert.Equal(before - 10, await ErpAsync("TS-001"));

        // The channel shows it as soon as level and reservations together give it.
        await _bench.UntilAsync(async () => (await _bench.GetAsync<StockDetail>("/api/stock/TS-001")).Open.IsEmpty, "the owner's own number has taken the place of each reservation");
    }

    [Fact]
    public async Task Api_DeltaAndPrice_ReachTheMarketplace()
    {
        var before = await ErpAsync("TS-002");
        await ShowsAsync("TS-002", before);
        var delta = new TakeStockDelta("till 1", "TS-002", -3, Reason: "sold at the till");
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("/api/stock/deltas", delta));
        Assert.Equal(HttpStatusCode.OK, await PostAsync("/api/stock/deltas", delta));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync("/api/stock/deltas", delta with { Id = "" }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync("/api/prices", new TakePrice("TS-002", -1, "EUR")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync("/api/prices", new TakePrice("TS-002", 1, "EUR", "erp")));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("/api/prices", new TakePrice("TS-002", 8.5m, "EUR")));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("/api/prices", new TakePrice("TS-002", 9.95m, "EUR", "bazaar")));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("/api/prices", new TakePrice("XX-1", 9.95m, "EUR")));

        await ShowsAsync("TS-002", before - 3, "9.95 EUR");
        await _bench.UntilAsync(async () => (await _bench.GetAsync<ChannelValueView[]>("/api/stock?refused=true")).Length == 1, "the unknown article refused");
        Assert.Equal(("XX-1", "refused"), (await _bench.GetAsync<ChannelValueView[]>("/api/stock?refused=true")) is [var one] ? (one.Sku, one.State) : default);
        using var missing = await _bench.SendAsync(HttpMethod.Get, "/api/stock/nobody");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Pause_TheMarketplace_IsToldNothingUntilItIsResumedAndThenAllThatChanged()
    {
        var before = await ErpAsync("TS-003");
        await ShowsAsync("TS-003", before);
        Assert.Equal(HttpStatusCode.OK, await PostAsync("/api/connectors/pause", new ChangeConnector("bazaar", "by hand", "test")));
        for (var second = 0; second < 5; second++)
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, Cancel);
        }

        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("/api/stock/deltas", new TakeStockDelta("till 3", "TS-003", -1)));
        for (var second = 0; second < 10; second++)
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, Cancel);
        }

        await ShowsAsync("TS-003", before);
        Assert.Equal(HttpStatusCode.OK, await PostAsync("/api/connectors/resume", new ChangeConnector("bazaar", null, "test")));
        await ShowsAsync("TS-003", before - 1);
    }

    [Fact]
    public async Task Config_UnknownOwner_IsTold()
    {
        var problems = await _bench.TakeAsync(_bench.Document().Replace("\"Hub\": {", "\"Hub\": { \"Stock\": { \"Owner\": \"erb\" },", StringComparison.Ordinal));

        Assert.Contains("there is no connector 'erb'", Assert.Single(problems), StringComparison.Ordinal);
    }

    public async ValueTask InitializeAsync()
    {
        await _bench.InitializeAsync();
        await TakeAsync();
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task StartAsync()
    {
        await _bench.StartPlaneAsync();
        await TakeAsync();
    }

    private async Task TakeAsync() => Assert.Empty(
        await _bench.TakeAsync(_bench.Document().Replace("\"Hub\": {", "\"Hub\": { \"Stock\": { \"Owner\": \"erp\" },", StringComparison.Ordinal)));

    private async Task<HttpStatusCode> PostAsync<T>(string path, T body)
    {
        using var response = await _bench.SendAsync(HttpMethod.Post, path, JsonContent.Create(body));
        return response.StatusCode;
    }

    private async Task<int> ErpAsync(string sku) =>
        (await _bench.AskTownAsync<TownStock>(HttpMethod.Get, new Uri(_bench.Addresses.Erp, "/stock"), TownTokens.Erp)).Levels.Single(level => level.Sku == sku).Available;

    private Task ShowsAsync(string sku, int available, string? price = null) => _bench.UntilAsync(
        async () => (await _bench.AskTownAsync<Listing[]>(HttpMethod.Get, new Uri(_bench.Addresses.Marketplace, "/listings"), TownTokens.Marketplace))
            .Any(listing => listing.Sku == sku && listing.Available == available && (price is null || listing.Price == price)),
        $"{sku} shown with {available} {price}");

    private sealed record TownStock(Level[] Levels);

    private sealed record Level(string Sku, int Available);

    private sealed record Listing(string Sku, int? Available, string? Price);
}
