using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Control.Protocol;
using Hub.Processes;
using Hub.Town.Business;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests;

/// <summary>Taking over from an export that books already: who books which order, and that never both do, and never none.</summary>
public sealed class TakeoverTests : IAsyncLifetime
{
    private readonly AdaptersBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task Observed_Orders_HaveNoEffectAndAreComparedWithTheOldExport()
    {
        await TakeAsync("""{ "web": { "Mode": "observe", "OldReference": "OLD-{id}" }, "market": { "Mode": "observe" } }""");
        await _bench.SendTownAsync(HttpMethod.Post, new Uri(_bench.Addresses.Marketplace, "/orders"), TownTokens.Marketplace);
        foreach (var key in (string[])["web/same", "web/other", "web/none"])
        {
            using var taken = await _bench.ReceiveAsync(_bench.Order(key));
            Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        }

        await SellAsync("OLD-same", 19.90m);
        await SellAsync("OLD-other", 18);
        await _bench.UntilAsync(async () => (await _bench.OrdersAsync()).Count(order => order.State == "observed") == 4, "all are observed");
        _bench.Time.Advance(TimeSpan.FromMinutes(15));
        await _bench.UntilAsync(async () => await VerdictAsync("web/same") is { } said && said.Contains("as the hub would have", StringComparison.Ordinal), "the same sale is found");
        await _bench.UntilAsync(async () => await VerdictAsync("web/other") is { } said && said.Contains("Sum differs: the old export booked 18 EUR", StringComparison.Ordinal), "the other sum is told");
        await _bench.UntilAsync(async () => await VerdictAsync("web/none") is { } said && said.Contains("Not found", StringComparison.Ordinal), "what is missing is told");

        Assert.All(await _bench.OrdersAsync(), order => Assert.Equal("observed", order.State));
        Assert.Equal(["OLD-other", "OLD-same"], (await SalesAsync()).Keys.Order());
        Assert.Empty(await _bench.CountAsync(_bench.Addresses.Carrier, "/shipments", TownTokens.Carrier));
        Assert.Empty(await _bench.AskTownAsync<JsonElement[]>(HttpMethod.Get, new Uri(_bench.Addresses.Crm, "/contacts"), TownTokens.Crm));
        var view = await _bench.ReconcileAsync(Today, "web");
        Assert.Equal(
            [("web/none", "no sale", "old export"), ("web/other", "S-10002 is 18 EUR, and the order 19.90 EUR", "old export")],
            view.Differences.Select(difference => (difference.Key, difference.What, difference.PointsTo)));
        Assert.Equal((3, 2), (Assert.Single(view.Sums).Shop.Count, view.Sums[0].Erp!.Count));
    }

    [Fact]
    public async Task HandOverAndBack_EachOrder_IsBookedByExactlyOne()
    {
        await TakeAsync("""{ "web": { "Mode": "observe", "OldReference": "OLD-{id}" } }""");
        await _bench.ReceiveAsync(_bench.Order("web/before"));
        var over = await SwitchAsync("hand-over");
        Assert.Contains("hub from", over.Channel.Next, StringComparison.Ordinal);
        await _bench.ReceiveAsync(_bench.Order("web/still-before"));
        await PassAsync(12);
        await _bench.ReceiveAsync(_bench.Order("web/after"));
        Assert.Equal("hub", Assert.Single(await ChannelsAsync(), channel => channel.Channel == "web").Owner);

        var back = await SwitchAsync("hand-back");
        await _bench.ReceiveAsync(_bench.Order("web/last"));
        await PassAsync(12);
        await _bench.ReceiveAsync(_bench.Order("web/old-again"));
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/last") == "shipped" && await _bench.StateAsync("web/after") == "shipped", "the hub's are shipped");

        // The old export books what was placed before the one moment and from the other on.
        Assert.True(over.Channel.Since is null && back.Channel.Since is not null);
        foreach (var key in (string[])["web/before", "web/still-before", "web/old-again"])
        {
            await _bench.UntilAsync(async () => await _bench.StateAsync(key) == "observed", $"{key} is observed");
        }

        Assert.Equal(["web/after", "web/last"], (await SalesAsync()).Keys.Order());
    }

    [Fact]
    public async Task HandOver_OrderAtTheEdgeThatTheOldExportHas_IsNotBookedAgain()
    {
        await TakeAsync("""{ "web": { "Mode": "observe", "OldReference": "OLD-{id}" } }""");
        await SwitchAsync("hand-over");
        await PassAsync(12);
        await SellAsync("OLD-edge", 19.90m);
        await _bench.ReceiveAsync(_bench.Order("web/edge"));
        await _bench.ReceiveAsync(_bench.Order("web/next"));
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/edge") == "observed" && await _bench.StateAsync("web/next") == "shipped", "each has its one sale");

        Assert.Equal(["OLD-edge", "web/next"], (await SalesAsync()).Keys.Order());
        Assert.Contains("had booked it already", await VerdictAsync("web/edge"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switch_WhatWouldNotChangeHands_IsRefusedAndOneToComeIsWithdrawn()
    {
        await TakeAsync("""{ "web": { "Mode": "observe" } }""");
        using var already = await PostAsync("hand-back", new SwitchChannel("web"));
        using var past = await PostAsync("hand-over", new SwitchChannel("web", _bench.Time.GetUtcNow().AddHours(-1)));
        using var odd = await PostAsync("hand-over", new SwitchChannel("no/channel"));
        Assert.Equal(
            (HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.BadRequest), (already.StatusCode, past.StatusCode, odd.StatusCode));

        using var coming = await PostAsync("hand-over", new SwitchChannel("web", _bench.Time.GetUtcNow().AddHours(1)));
        using var twice = await PostAsync("hand-over", new SwitchChannel("web", _bench.Time.GetUtcNow().AddHours(2)));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (coming.StatusCode, twice.StatusCode));
        var withdrawn = await SwitchAsync("hand-back");
        Assert.Null(withdrawn.Channel.Next);
        Assert.Contains("withdrawn", withdrawn.Note, StringComparison.Ordinal);
    }

    /// <summary>As users of other hubs tell it: a marketplace is connected, and what it sold in three months comes into the ERP a second time.</summary>
    [Fact]
    public async Task Complaint_NinetyDaysOfHistoryBookedAgainAtGoLive()
    {
        // Ninety days after the hub's first start a marketplace is added, which gives all that it sold since then.
        var start = _bench.Time.GetUtcNow().AddDays(-90);
        await _bench.Services.GetRequiredService<IProcessStore>().KeepSettingAsync("intake.first-start", start.ToString("O", CultureInfo.InvariantCulture), Cancel);
        await _bench.KillPlaneAsync();
        await _bench.StartPlaneAsync();
        await PassAsync(3);
        var bazaar = new Bazaar(_bench.Order("bazaar/1", minutesAgo: 60 * 24 * 89), _bench.Order("bazaar/2", minutesAgo: 60));
        await TakeAsync("""{ "bazaar": { "Intake": "now" } }""");
        var fetch = ActivatorUtilities.CreateInstance<FetchOrders>(_bench.Services);
        await fetch.FetchAsync("bazaar2", bazaar, Cancel);
        bazaar.Orders.Add(_bench.Order("bazaar/3"));
        await fetch.FetchAsync("bazaar2", bazaar, Cancel);
        await _bench.UntilAsync(async () => await _bench.StateAsync("bazaar/3") is "entered" or "parked", "the new one is asked to be entered");

        Assert.Equal(("not booked", "not booked"), (await _bench.StateAsync("bazaar/1"), await _bench.StateAsync("bazaar/2")));
        Assert.All(bazaar.Since, since => Assert.True(since >= _bench.Time.GetUtcNow().AddDays(-1), $"It was asked since {since}."));

        // And a shop whose feed begins with a copy of all its orders.
        await _bench.ReceiveAsync(_bench.Order("web/old", minutesAgo: 60 * 24 * 180));
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/old") == "not booked", "history is told");
        Assert.Empty(await SalesAsync());
    }

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task TakeAsync(string channels) => Assert.Empty(
        await _bench.TakeAsync(_bench.Document().Replace("\"Intake\": \"now\"", $"\"Intake\": \"now\", \"Channels\": {channels}", StringComparison.Ordinal)));

    private async Task PassAsync(int seconds)
    {
        var until = _bench.Time.GetUtcNow().AddSeconds(seconds);
        await _bench.UntilAsync(() => Task.FromResult(_bench.Time.GetUtcNow() >= until), "time passes");
    }

    private async Task<ChannelAnswer> SwitchAsync(string verb)
    {
        using var response = await PostAsync(verb, new SwitchChannel("web", Reason: "It is time", By: "Ada"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<ChannelAnswer>(Cancel))!;
    }

    private Task<HttpResponseMessage> PostAsync(string verb, SwitchChannel request) => _bench.SendAsync(HttpMethod.Post, $"/api/channels/{verb}", JsonContent.Create(request));

    private Task<ChannelView[]> ChannelsAsync() => _bench.GetAsync<ChannelView[]>("/api/channels");

    private async Task<string?> VerdictAsync(string key) => (await _bench.OrdersAsync()).SingleOrDefault(order => order.Key == key)?.Waiting;

    private Task<Dictionary<string, int>> SalesAsync() => _bench.CountAsync(_bench.Addresses.Erp, "/sales", TownTokens.Erp);

    private Task<JsonElement> SellAsync(string reference, decimal total) => _bench.AskTownAsync<JsonElement>(
        HttpMethod.Post, new Uri(_bench.Addresses.Erp, "/sales"), TownTokens.Erp,
        new { reference, customer = "somebody", lines = new[] { new { sku = "TS-001", quantity = 1, unitPrice = total } }, total, currency = "EUR" });

    /// <summary>It gives all that it has, whatever it is asked for.</summary>
    private sealed class Bazaar(params Order[] orders) : IOrderSource
    {
        public List<Order> Orders { get; } = [.. orders];

        public List<DateTimeOffset> Since { get; } = [];

        public string Channel => "bazaar";

        public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken)
        {
            Since.Add(since);
            return Task.FromResult<CallOutcome<OrderPage>>(new CallOutcome<OrderPage>.Done(new OrderPage([.. Orders], null)));
        }
    }
}
