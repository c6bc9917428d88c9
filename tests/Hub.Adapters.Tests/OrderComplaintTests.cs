using System.Globalization;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Control.Protocol;
using Hub.Town.Business;
using Hub.Town.Business.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests;

/// <summary>What users of such hubs complain of, each with its name (docs/testing.md).</summary>
public sealed class OrderComplaintTests(AdaptersBench bench) : IClassFixture<AdaptersBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Pain", "DuplicateOrdersAfterAWebhookRetry")]
    public async Task DuplicateOrders_EightRetriesOfAWebhook_AreOneSaleAndOneLabel()
    {
        // Each retry brings the order as it was first, and wakes the poll, which brings it as it is now; between two of them the plane is killed.
        var first = bench.Order("web/retried");
        var now = first with { Lines = [first.Lines[0] with { Name = "Teapot, engraved" }] };
        var shop = new Marketplace("web", (now, bench.Time.GetUtcNow()));
        await ReceiveAsync(first);
        for (var retry = 0; retry < 8; retry++)
        {
            await Task.WhenAll(ReceiveAsync(first), PollAsync(shop), PollAsync(shop), ReceiveAsync(now));
            if (retry is 0 or 5)
            {
                await bench.KillPlaneAsync();
                await bench.StartPlaneAsync();
            }

            bench.Time.Advance(TimeSpan.FromSeconds(30));
        }

        await ReceiveAsync(first);
        await ShippedAsync("web/retried");

        Assert.Equal(1, (await SalesAsync())["web/retried"]);
        Assert.Equal(1, (await LabelsAsync())["web/retried"]);
    }

    [Fact]
    [Trait("Pain", "SecondPaidLabel")]
    public async Task SecondPaidLabel_CarrierMakesItAndNeverAnswersAndThePlaneIsKilled_IsNeverBought()
    {
        await bench.TurnDialAsync(bench.Addresses.Carrier, new FaultDial(TimeoutAfterSuccessRate: 1));
        await ReceiveAsync(bench.Order("web/label"));
        await bench.UntilAsync(async () => (await LabelsAsync()).ContainsKey("web/label"), "the carrier has made the label");
        await bench.KillPlaneAsync();
        await bench.TurnDialAsync(bench.Addresses.Carrier, new FaultDial());
        await bench.StartPlaneAsync();

        await ShippedAsync("web/label");

        Assert.Equal(1, (await LabelsAsync())["web/label"]);
    }

    [Fact]
    [Trait("Pain", "OrdersLostAtATimeZoneOrCursorEdge")]
    public async Task OrdersLost_AtTheEdgesOfZonesDaysAndTheCursor_AreNone()
    {
        // The shop writes local times: the same moment as Berlin, Honolulu and Kiritimati have it, on two days of the calendar.
        var at = DateTimeOffset.FromUnixTimeSeconds(bench.Time.GetUtcNow().AddSeconds(90).ToUnixTimeSeconds());
        bench.Time.Advance(TimeSpan.FromMinutes(2));
        var shop = new Marketplace("zones", [.. new[] { 0, 1, -10, 14 }.Select(hours => ("zones/" + hours.ToString(CultureInfo.InvariantCulture), at.ToOffset(TimeSpan.FromHours(hours)))).Select(one =>
            (bench.Order(one.Item1) with { PlacedAt = one.Item2 }, one.Item2))]);
        await PollAsync(shop);

        // More at the very time of the cursor, a tick after it, one that the shop shows late, and a restart between.
        shop.Add(bench.Order("zones/same") with { PlacedAt = at }, at);
        shop.Add(bench.Order("zones/tick") with { PlacedAt = at.AddTicks(1) }, at.AddTicks(1));
        shop.Add(bench.Order("zones/late") with { PlacedAt = at.AddSeconds(-90) }, at.AddSeconds(-90));
        await bench.KillPlaneAsync();
        await bench.StartPlaneAsync();
        await PollAsync(shop);
        await PollAsync(shop);

        foreach (var key in shop.Keys)
        {
            await bench.UntilAsync(async () => await bench.StateAsync(key) is not "unheard of", $"{key} is taken in");
            Assert.NotEqual("not booked", await bench.StateAsync(key));
        }
    }

    [Fact]
    [Trait("Pain", "OneBadOrderBlocksTheRest")]
    public async Task OneBadOrder_UnreadableRefusedOrParked_BlocksNoOther()
    {
        var shop = new Marketplace("web", [.. Enumerable.Range(1, 6).Select(i => (bench.Order($"web/behind-{i}"), bench.Time.GetUtcNow()))]) { Broken = "web/broken" };
        await ReceiveAsync(bench.Order("web/no-such-article", sku: "XX-1"));
        await ReceiveAsync(bench.Order("web/no-such-country", country: "Germany"));
        foreach (var key in shop.Keys)
        {
            await ReceiveAsync(bench.Order(key));
        }

        await PollAsync(shop);
        foreach (var key in shop.Keys)
        {
            await ShippedAsync(key);
        }

        await bench.UntilAsync(async () => await bench.StateAsync("web/no-such-article") == "parked", "the ERP's refusal is parked");
        await bench.UntilAsync(async () => await bench.StateAsync("web/no-such-country") == "parked", "the carrier's refusal is parked");
        Assert.Equal("dead letter", await bench.StateAsync("web/broken"));
    }

    [Fact]
    [Trait("Pain", "HistoryBookedAgainAtGoLive")]
    public async Task History_NinetyDaysThatTheShopTouchesAtGoLive_IsNotBookedAgain()
    {
        // A shop gives by time of change, and at go-live somebody tags all of its orders. Some come by the feed too.
        var touched = bench.Time.GetUtcNow();
        var shop = new Marketplace("market", [.. Enumerable.Range(1, 90).Select(days => (bench.Order($"market/history-{days}", minutesAgo: days * 24 * 60 + 60), touched))]);
        shop.Add(bench.Order("market/paid-long-ago", minutesAgo: 24 * 60) with { PaidAt = touched.AddHours(-20) }, touched);
        shop.Add(bench.Order("market/paid-now", minutesAgo: 24 * 60) with { PaidAt = touched }, touched);
        await PollAsync(shop);
        for (var days = 1; days <= 90; days += 10)
        {
            await ReceiveAsync(bench.Order($"market/history-{days}", minutesAgo: days * 24 * 60 + 60));
        }

        await bench.UntilAsync(async () => await bench.StateAsync("market/paid-now") == "entered", "what was paid after the go-live is entered");
        await bench.UntilAsync(
            async () => (await bench.GetAsync<OrderView[]>("/api/orders?take=1000")).Count(order => order.State == "not booked" && order.Key.StartsWith("market/", StringComparison.Ordinal)) == 91,
            "history is told as such");
        await bench.KillPlaneAsync();
        await bench.StartPlaneAsync();
        await PollAsync(shop);
        await ReceiveAsync(bench.Order("web/new"));
        await ShippedAsync("web/new");

        Assert.DoesNotContain((await SalesAsync()).Keys, key => key.StartsWith("market/", StringComparison.Ordinal));
        Assert.All(shop.Since, since => Assert.True(since > touched.AddDays(-1), $"It was asked for orders since {since}."));
    }

    private async Task ReceiveAsync(Order order)
    {
        using var response = await bench.ReceiveAsync(order);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
    }

    private Task<TimeSpan> PollAsync(Marketplace shop) =>
        ActivatorUtilities.CreateInstance<FetchOrders>(bench.Services).FetchAsync($"complaints-{shop.Channel}", shop, Cancel);

    private Task ShippedAsync(string key) => bench.UntilAsync(async () => await bench.StateAsync(key) == "shipped", $"{key} is shipped");

    private Task<Dictionary<string, int>> SalesAsync() => bench.CountAsync(bench.Addresses.Erp, "/sales", TownTokens.Erp);

    private Task<Dictionary<string, int>> LabelsAsync() => bench.CountAsync(bench.Addresses.Carrier, "/shipments", TownTokens.Carrier);

    /// <summary>A shop that gives its orders by time of change, two on a page.</summary>
    private sealed class Marketplace(string channel, params (Order Order, DateTimeOffset ChangedAt)[] orders) : IOrderSource
    {
        private readonly List<(Order Order, DateTimeOffset ChangedAt)> _orders = [.. orders];

        public string Channel => channel;

        /// <summary>Stands among the orders and can't be read.</summary>
        public string? Broken { get; init; }

        public List<DateTimeOffset> Since { get; } = [];

        public IEnumerable<string> Keys => _orders.Select(one => $"{one.Order.Key}");

        public void Add(Order order, DateTimeOffset changedAt) => _orders.Add((order, changedAt));

        public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken)
        {
            lock (_orders)
            {
                Since.Add(since);
                var begin = page is null ? 0 : int.Parse(page, CultureInfo.InvariantCulture);
                var fitting = _orders.Where(one => one.ChangedAt >= since).OrderBy(one => one.ChangedAt).ToList();
                var some = fitting.Skip(begin).Take(2).ToList();
                return Task.FromResult<CallOutcome<OrderPage>>(new CallOutcome<OrderPage>.Done(new OrderPage(
                    [.. some.Select(one => one.Order)], begin + 2 < fitting.Count ? (begin + 2).ToString(CultureInfo.InvariantCulture) : null)
                {
                    Latest = some.Count > 0 ? some.Max(one => one.ChangedAt) : null,
                    Unreadable = page is null && Broken is { } broken ? [new UnreadableOrder(OrderKey.Parse(broken), "{}", "It has no lines.")] : [],
                }));
            }
        }
    }
}
