using System.Text.Json;
using Hub.Town.Business;
using Hub.Town.Business.Faults;

namespace Hub.Adapters.Tests;

/// <summary>Whatever the town's systems do, each order is at ERP, carrier and marketplace exactly once.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private readonly AdaptersBench _bench = new();

    [Theory]
    [InlineData("""{"errorRate":0.5}""")]
    [InlineData("""{"timeoutAfterSuccessRate":0.6}""")]
    [InlineData("""{"latencyMs":6000}""")]
    [InlineData("""{"rateLimitPerSecond":1}""")]
    [InlineData("""{"duplicateRate":1}""")]
    [InlineData("""{"errorRate":0.3,"timeoutAfterSuccessRate":0.3,"duplicateRate":0.5,"rateLimitPerSecond":3}""")]
    public async Task Orders_UnderFaults_AreEverywhereOnce(string dial)
    {
        await WalkAsync(JsonSerializer.Deserialize<FaultDial>(dial, JsonSerializerOptions.Web)!, () => Task.CompletedTask);
    }

    [Fact]
    public async Task Orders_SystemsDownForAWhile_AreEverywhereOnce()
    {
        var until = _bench.Time.GetUtcNow().AddMinutes(2);
        await WalkAsync(new FaultDial(Down: true), () => _bench.Time.GetUtcNow() < until ? Task.CompletedTask : _bench.TurnDialsAsync(new FaultDial()));
    }

    [Fact]
    public async Task Orders_PlaneKilledAgainAndAgain_AreEverywhereOnce()
    {
        var kills = 0;
        var turns = 0;
        await WalkAsync(new FaultDial(TimeoutAfterSuccessRate: 0.4, DuplicateRate: 0.5), async () =>
        {
            if (turns++ % 7 == 6 && kills < 15)
            {
                kills++;
                await _bench.KillPlaneAsync();
                await _bench.StartPlaneAsync();
            }
        });
        Assert.True(kills > 2, "The walk was over before it could be disturbed.");
    }

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task WalkAsync(FaultDial dial, Func<Task> disturb)
    {
        for (var i = 1; i <= 3; i++)
        {
            await _bench.AskTownAsync<JsonElement>(HttpMethod.Post, new Uri(_bench.Addresses.Marketplace, "/orders"), TownTokens.Marketplace);
        }

        await _bench.TurnDialsAsync(dial);
        var keys = Enumerable.Range(1, 5).Select(i => $"web/{i}").ToList();
        foreach (var key in keys)
        {
            Assert.True((await _bench.ReceiveAsync(_bench.Order(key))).IsSuccessStatusCode);
        }

        await _bench.UntilAsync(
            async () =>
            {
                await disturb();
                await _bench.FeedAsync();
                var orders = await _bench.OrdersAsync();
                Assert.DoesNotContain(orders, order => order.State == "parked");
                return orders.Count(order => order.Key.StartsWith("web/", StringComparison.Ordinal) && order.State == "shipped") == keys.Count
                    && orders.Count(order => order.State == "confirmed") == 3
                    && orders.All(order => order.State is "shipped" or "confirmed");
            },
            "all orders are through");

        await _bench.TurnDialsAsync(new FaultDial());
        var all = (await _bench.OrdersAsync()).Select(order => order.Key).Order().ToList();
        var sales = await _bench.CountAsync(_bench.Addresses.Erp, "/sales", TownTokens.Erp);
        var shipments = await _bench.CountAsync(_bench.Addresses.Carrier, "/shipments", TownTokens.Carrier);
        Assert.Equal(all, sales.Keys.Order());
        Assert.Equal(all, shipments.Keys.Order());
        Assert.All(sales.Values.Concat(shipments.Values), count => Assert.Equal(1, count));
    }
}
