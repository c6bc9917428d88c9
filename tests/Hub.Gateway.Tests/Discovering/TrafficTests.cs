using Hub.Gateway.Discovering;
using Hub.Gateway.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Discovering;

/// <summary>Not beside other tests: one of them looks at the memory of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class TrafficTests
{
    [Fact]
    public void Sketch_WhateverComesBy_StaysWithinItsMemory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sketch = new TrafficSketch(DateTimeOffset.UnixEpoch);
        var random = new Random(7);
        for (var i = 0; i < 60_000; i++)
        {
            var path = random.Next(3) switch
            {
                0 => $"/{Name()}",
                1 => $"/{Name()}/{Name()}/{Name()}",
                _ => $"/shop/{Name()}/{random.Next(1_000_000)}",
            };
            sketch.See(new Sighting(random.Next(5) == 0 ? "POST" : "GET", path, $"route={Name()}&x={i}", 200, $"agent {i}", $"/{Name()}", false));
            sketch.See(new Sighting("POST", "/cart/add", "", 303, "Mozilla/5.0", "/cart", false));
        }

        var view = sketch.View();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(120_000, view.Requests);
        Assert.Equal(60_000, view.Routes.Single(route => route.Path == "/cart/add").Requests);
        Assert.Equal(120_000, view.Routes.Sum(route => route.Requests));

        // What others left behind may be collected meanwhile, so that it is less than nothing.
        Assert.InRange(bytes, long.MinValue, 60_000_000);
        GC.KeepAlive(sketch);

        string Name() => string.Concat(Enumerable.Range(0, 12).Select(_ => (char)('a' + random.Next(26))));
    }

    [Fact]
    public async Task Watch_WhileAskedFor_CountsAndThenForgets()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await Shop.StartAsync(time: time);
        var watches = shop.Gateway.Services.GetRequiredService<TrafficWatches>();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        Assert.False(watches.Watching);

        Assert.Equal(0, watches.Ask("w")!.Requests);
        await shopper.GetAsync("/search?q=1");
        await shopper.PostAsync("/cart/add", "", ("Referer", $"{shop.Gateway.Url}cart"));
        await TestWait.UntilAsync(() => watches.Ask("w")!.Requests == 2);

        Assert.Equal(["/cart/add", "/search"], watches.Ask("w")!.Routes.Select(route => route.Path).Order());
        time.Advance(TimeSpan.FromSeconds(31));
        await shopper.GetAsync("/");
        await TestWait.UntilAsync(() => !watches.Watching);
    }

    [Fact]
    public void Watch_MoreThanFour_AreRefused()
    {
        var watches = new TrafficWatches(new GatewayOptions(), TimeProvider.System, NullLogger<TrafficWatches>.Instance);

        Assert.All(Enumerable.Range(0, 4), i => Assert.NotNull(watches.Ask($"{i}")));
        Assert.Null(watches.Ask("5"));
    }
}
