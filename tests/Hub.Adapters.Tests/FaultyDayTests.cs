using System.Net.Http.Json;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Town.Business;
using Hub.Town.Business.Faults;

namespace Hub.Adapters.Tests;

/// <summary>A day on which everything goes wrong that can: dials turned at random, the plane killed, orders that are refused, people who cancel and void.</summary>
public sealed class FaultyDayTests : IAsyncLifetime
{
    private const int Rounds = 4;
    private readonly AdaptersBench _bench = new() { Patience = TimeSpan.FromMinutes(1) };
    private readonly int _seed = Random.Shared.Next(1, 1_000_000);
    private readonly List<string> _keys = [];
    private Random _random = new(0);

    private DateOnly Today => DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime);

    /// <summary>
    /// At its end each difference between the books points to a parked order, a dead letter, what people did, or to an order that a fault on the dial
    /// still holds up; and no book differs without being named.
    /// </summary>
    [Fact]
    public async Task Reconcile_DayOfRandomFaults_EndsWithEachDifferenceExplained()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {_seed}");
        _random = new Random(_seed);
        for (var round = 0; round < Rounds; round++)
        {
            await TakeOrdersAsync(round);
            await TurnDialsAsync();
            await LiveOnAsync(20);
            await ActAsync();
        }

        // While the faults last a side may be silent, and no order looks lost.
        await TurnDialsAsync();
        var during = await _bench.ReconcileAsync(Today);
        Assert.All(during.Differences, difference => Assert.NotEqual("unexplained", difference.PointsTo));

        await _bench.TurnDialsAsync(new FaultDial());
        var view = await _bench.ReconcileAsync(Today);
        TestContext.Current.TestOutputHelper?.WriteLine(JsonSerializer.Serialize(view));
        Assert.True(view.Complete);
        Assert.All(view.Differences, difference => Assert.Contains(
            difference.PointsTo, (string[])["parked", "dead letter", "under way", "before the intake", "voided label", "cancelled"]));

        // What a fault held up goes on, so that nothing is under way for ever.
        await _bench.UntilAsync(
            async () =>
            {
                await _bench.FeedAsync();
                return (await _bench.OrdersAsync()).All(order => order.State is "shipped" or "confirmed" or "parked" or "cancelled" or "not booked" && order.Waiting?.Contains("attempt", StringComparison.Ordinal) != true);
            },
            "nothing is under way");
        var atRest = await _bench.ReconcileAsync(Today);
        Assert.DoesNotContain(atRest.Differences, difference => difference.PointsTo is "under way" or "unexplained");
        await ShouldNameAllAsync(atRest);
    }

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task TakeOrdersAsync(int round)
    {
        // Buyers buy, whatever the seller's side of the marketplace answers.
        await _bench.TurnDialAsync(_bench.Addresses.Marketplace, new FaultDial());
        for (var i = 0; i < 2; i++)
        {
            await _bench.SendTownAsync(HttpMethod.Post, new Uri(_bench.Addresses.Marketplace, "/orders"), TownTokens.Marketplace);
        }

        foreach (var number in Enumerable.Range(round * 4, 4))
        {
            var key = $"web/{number}";
            var order = _random.Next(8) switch
            {
                0 => _bench.Order(key, sku: "XX-1"),
                1 => _bench.Order(key, country: "Germany"),
                2 => _bench.Order(key, minutesAgo: 120),
                _ => _bench.Order(key),
            };
            _keys.Add(key);
            using var taken = await _bench.ReceiveAsync(order);
            Assert.True(taken.IsSuccessStatusCode);
        }
    }

    private async Task TurnDialsAsync()
    {
        foreach (var system in new[] { _bench.Addresses.Erp, _bench.Addresses.Crm, _bench.Addresses.Carrier, _bench.Addresses.Marketplace })
        {
            await _bench.TurnDialAsync(system, _random.Next(5) switch
            {
                0 => new FaultDial(Down: true),
                1 => new FaultDial(ErrorRate: 0.5),
                2 => new FaultDial(TimeoutAfterSuccessRate: 0.7),
                3 => new FaultDial(RateLimitPerSecond: 1, DuplicateRate: 0.5),
                _ => new FaultDial(),
            });
        }
    }

    /// <summary>Time goes on, and now and then the plane is killed.</summary>
    private async Task LiveOnAsync(int turns)
    {
        var killAt = _random.Next(turns * 2);
        await _bench.UntilAsync(
            async () =>
            {
                if (turns-- == killAt)
                {
                    await _bench.KillPlaneAsync();
                    await _bench.StartPlaneAsync();
                }

                await _bench.FeedAsync();
                return turns <= 0;
            },
            "the round is over");
    }

    /// <summary>Somebody cancels an order, somebody gives a label back at the carrier's own counter.</summary>
    private async Task ActAsync()
    {
        using (await _bench.SendAsync(
            HttpMethod.Post, "/api/orders/cancel", JsonContent.Create(new ChangeOrder(_keys[_random.Next(_keys.Count)], "The buyer called", "Ada"))))
        {
        }

        await _bench.TurnDialAsync(_bench.Addresses.Carrier, new FaultDial());
        var labels = await LabelsAsync();
        if (labels.Length > 0 && _random.Next(2) == 0)
        {
            await _bench.SendTownAsync(
                HttpMethod.Delete, new Uri(_bench.Addresses.Carrier, $"/shipments/{labels[_random.Next(labels.Length)].GetProperty("tracking").GetString()}"), TownTokens.Carrier);
        }
    }

    /// <summary>What the town's own books say, read by nobody of the hub.</summary>
    private async Task ShouldNameAllAsync(ReconciliationView view)
    {
        var named = view.Differences.Select(difference => difference.Key).ToHashSet();
        var sales = Live(await _bench.AskTownAsync<JsonElement[]>(HttpMethod.Get, new Uri(_bench.Addresses.Erp, "/sales"), TownTokens.Erp), "cancelled");
        var labels = Live(await LabelsAsync(), "voided");
        var sold = await _bench.AskTownAsync<JsonElement>(HttpMethod.Get, new Uri(_bench.Addresses.Marketplace, "/orders?since=2027-01-01"), TownTokens.Marketplace);
        var all = _keys.Concat(sold.GetProperty("orders").EnumerateArray().Select(order => $"market/{order.GetProperty("id").GetString()}")).Distinct().ToList();

        Assert.All(sales.Concat(labels), entry => Assert.Equal(1, entry.Value));
        Assert.All(all.Except(named), key => Assert.True(sales.ContainsKey(key) && labels.ContainsKey(key), $"{key} is not named and lacks its sale or its label."));
        Assert.Equal(sales.Count, view.Sums.Sum(sum => sum.Erp!.Count));
        Assert.Equal(labels.Count, view.Sums.Sum(sum => sum.Carrier!.Count));
    }

    private Task<JsonElement[]> LabelsAsync() => _bench.AskTownAsync<JsonElement[]>(HttpMethod.Get, new Uri(_bench.Addresses.Carrier, "/shipments"), TownTokens.Carrier);

    private static Dictionary<string, int> Live(JsonElement[] entries, string gone) => entries.Where(entry => !entry.GetProperty(gone).GetBoolean())
        .GroupBy(entry => entry.GetProperty("reference").GetString()!).ToDictionary(same => same.Key, same => same.Count());
}
