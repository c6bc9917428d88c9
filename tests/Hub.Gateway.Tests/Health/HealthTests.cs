using System.Net;
using System.Net.Sockets;
using System.Text;
using Hub.Gateway.Health;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Tests.Health;

[Trait("Rule", "boundary")]
public sealed class HealthTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly PassiveHealthOptions Ten = new(0.5, 10, TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData(true, "storefront")]
    [InlineData(false, "legacy")]
    public async Task Side_ThatAnswers5xx_IsUnhealthyAndTheOtherIsNot(bool flipped, string cluster)
    {
        await using var shop = await StartAsync(flipped);
        (flipped ? shop.New : shop.Legacy).Answer = Answer(500);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/anything"); // The first one has no key and is legacy's.

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await shopper.GetAsync("/")).StatusCode);
        }

        Assert.Equal(DestinationHealth.Unhealthy, HealthOf(shop, cluster).Passive);
        Assert.Equal(DestinationHealth.Unknown, HealthOf(shop, flipped ? "legacy" : "storefront").Passive);

        // The last one is asked all the same.
        Assert.Equal(HttpStatusCode.InternalServerError, (await shopper.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Side_ThatGivesNoAnswer_IsUnhealthy()
    {
        await using var shop = await StartAsync(flipped: true);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/anything");
        await shop.New.DisposeAsync();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await shopper.GetAsync("/")).StatusCode);
        }

        Assert.Equal(DestinationHealth.Unhealthy, HealthOf(shop, "storefront").Passive);
    }

    [Fact]
    public async Task Side_ThatAnswers4xx_IsHealthy()
    {
        await using var shop = await StartAsync(flipped: false);
        shop.Legacy.Answer = Answer(404);
        using var shopper = shop.Gateway.Shopper();

        for (var i = 0; i < 20; i++)
        {
            await shopper.GetAsync("/");
        }

        Assert.Equal(DestinationHealth.Unknown, HealthOf(shop, "legacy").Passive);
    }

    [Fact]
    public async Task Client_ThatGoesAway_SaysNothingOfTheSide()
    {
        await using var shop = await StartAsync(flipped: false);
        var (arrived, aborted) = (0, 0);
        shop.Legacy.Answer = async context =>
        {
            Interlocked.Increment(ref arrived);
            var gone = new TaskCompletionSource();
            await using var _ = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            Interlocked.Increment(ref aborted);
        };

        for (var i = 1; i <= 15; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(shop.Gateway.Url.Host, shop.Gateway.Url.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: shop\r\n\r\n"), TestContext.Current.CancellationToken);
            await TestWait.UntilAsync(() => Volatile.Read(ref arrived) == i);
            socket.Client.LingerState = new LingerOption(true, 0);
        }

        await TestWait.UntilAsync(() => Volatile.Read(ref aborted) == 15);
        shop.Legacy.Answer = Answer(200);
        using var shopper = shop.Gateway.Shopper();
        Assert.Equal(HttpStatusCode.OK, (await shopper.GetAsync("/")).StatusCode);
        Assert.Equal(DestinationHealth.Unknown, HealthOf(shop, "legacy").Passive);
    }

    [Fact]
    public async Task Side_AfterItsReactivation_IsAskedAndJudgedAnew()
    {
        await using var shop = await StartAsync(flipped: false, reactivation: "00:00:00.200");
        shop.Legacy.Answer = Answer(500);
        using var shopper = shop.Gateway.Shopper();
        for (var i = 0; i < 10; i++)
        {
            await shopper.GetAsync("/");
        }

        await TestWait.UntilAsync(() => HealthOf(shop, "legacy").Passive == DestinationHealth.Unknown);

        shop.Legacy.Answer = Answer(200);
        await shopper.GetAsync("/");
        Assert.Equal(DestinationHealth.Unknown, HealthOf(shop, "legacy").Passive);
    }

    [Fact]
    public async Task New_UnhealthyAfterARollback_IsDownThoughItIsAskedInPanic()
    {
        await using var shop = await StartAsync(flipped: true);
        shop.New.Answer = Answer(500);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/anything");
        Assert.False(SideHealth.IsDown(shop.Gateway.Model.Routes["home"].New.Cluster!));

        for (var i = 0; i < 10; i++)
        {
            await shopper.GetAsync("/");
        }

        Assert.True(SideHealth.IsDown(shop.Gateway.Model.Routes["home"].New.Cluster!));
    }

    [Fact]
    public async Task ActiveCheck_OfOneSide_MarksThatSideAlone()
    {
        await using var shop = await Shop.StartAsync();
        shop.New.Answer = Answer(500);
        var document = shop.Document.Replace(
            "\"storefront\": {",
            """
            "storefront": { "HealthCheck": { "Active": { "Enabled": true, "Path": "/health", "Interval": "00:00:00.100", "Timeout": "00:00:05", "Policy": "ConsecutiveFailures" } },
            """,
            StringComparison.Ordinal);

        Assert.Empty(await shop.Gateway.TakeAsync(2, document, Shop.All(10_000)));

        await TestWait.UntilAsync(() => HealthOf(shop, "storefront").Active == DestinationHealth.Unhealthy);
        Assert.True(SideHealth.IsDown(shop.Gateway.Model.Routes["home"].New.Cluster!));
        Assert.Equal(DestinationHealth.Unknown, HealthOf(shop, "legacy").Active);
    }

    [Theory]
    [InlineData("Hub.Health.FailureRate", "half")]
    [InlineData("Hub.Health.Samples", "0")]
    [InlineData("Hub.Health.Window", "10")]
    public async Task Document_WithWordsThePolicyCanNotRead_IsRefused(string name, string value)
    {
        await using var shop = await Shop.StartAsync();
        var document = shop.Document.Replace(
            "\"storefront\": {", $"\"storefront\": {{ \"Metadata\": {{ \"{name}\": \"{value}\" }},", StringComparison.Ordinal);

        Assert.Contains(await shop.Gateway.TakeAsync(2, document), problem => problem.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void Window_FewerSamplesThanAskedFor_JudgesNothing()
    {
        var window = new AnswerWindow();

        Assert.DoesNotContain(Enumerable.Range(0, 9).Select(_ => window.Count(false, Second, Ten)), judged => judged);
        Assert.True(window.Count(false, Second, Ten));
        Assert.False(window.Count(false, Second, Ten), "It begins anew.");
    }

    [Fact]
    public void Window_FailuresLongAgo_CountNoMore()
    {
        var window = new AnswerWindow();
        for (var i = 0; i < 9; i++)
        {
            window.Count(false, Second, Ten);
        }

        Assert.False(window.Count(false, 12 * Second, Ten));
        for (var i = 0; i < 20; i++)
        {
            window.Count(true, 13 * Second, Ten);
        }

        Assert.False(window.Count(false, 13 * Second, Ten), "Two of 22 failed.");
    }

    private static Func<HttpContext, Task> Answer(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static DestinationHealthState HealthOf(Shop shop, string cluster)
    {
        Assert.True(shop.Gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster(cluster, out var state));
        return Assert.Single(state.Destinations).Value.Health;
    }

    private static async Task<Shop> StartAsync(bool flipped, string reactivation = "00:10:00")
    {
        var shop = await Shop.StartAsync();
        var health = $$"""
            "HealthCheck": { "AvailableDestinationsPolicy": "HealthyOrPanic", "Passive": { "Enabled": true, "Policy": "Hub", "ReactivationPeriod": "{{reactivation}}" } },
            "Metadata": { "Hub.Health.Samples": "10", "Hub.Health.Window": "00:10:00" },
            """;
        var document = shop.Document
            .Replace("\"legacy\": {", $"\"legacy\": {{ {health}", StringComparison.Ordinal)
            .Replace("\"storefront\": {", $"\"storefront\": {{ {health}", StringComparison.Ordinal);
        Assert.Empty(await shop.Gateway.TakeAsync(2, document, Shop.All(flipped ? 10_000 : 0)));
        return shop;
    }
}
