using System.Net;
using System.Net.Sockets;
using System.Text;
using Hub.Adapters.Webhooks;

namespace Hub.Adapters.Tests.Webhooks;

/// <summary>What users of such hubs report of webhooks: each comes to nothing worse than a poll.</summary>
public sealed class ReceiveWebhookTests : IAsyncLifetime
{
    private readonly HookedMarket _market = new();
    private readonly AdaptersBench _bench;

    public ReceiveWebhookTests() => _bench = new AdaptersBench
    {
        Vendors = [_market.Market, _market.Shop],
        Webhooks = new WebhookOptions { MostBytes = 1000, Burst = 5, PerSecond = 1 },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Duplicate_orders_after_a_webhook_retry()
    {
        await FirstPollAsync();
        _market.Orders.Enqueue(_bench.Order("hooked/1"));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("event 1"));
        await EnteredAsync("hooked/1");
        var polls = _market.Polls;

        // The vendor did not hear our answer and posts it again, and again.
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("event 1"));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("event 1"));
        _bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(polls, _market.Polls);

        // A second event of the same order is a poll, and no second order.
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("event 2"));
        await _bench.UntilAsync(() => Task.FromResult(_market.Polls > polls), "it is polled again");
        _market.Orders.Enqueue(_bench.Order("hooked/2"));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("event 3"));
        await EnteredAsync("hooked/2");
        Assert.Equal(["hooked/1", "hooked/2"], _market.Entered);
    }

    [Fact]
    public async Task Webhooks_out_of_order_or_missed()
    {
        // The second order's post comes first, the first one's never.
        _market.Orders.Enqueue(_bench.Order("hooked/1", minutesAgo: -1));
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        _market.Orders.Enqueue(_bench.Order("hooked/2"));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("event of the second"));
        await EnteredAsync("hooked/1");
        await EnteredAsync("hooked/2");

        // No post at all: it is found when its time has come.
        _market.Orders.Enqueue(_bench.Order("hooked/3"));
        _bench.Time.Advance(TimeSpan.FromHours(1));
        await EnteredAsync("hooked/3");
        Assert.Equal(3, _market.Entered.Count);
    }

    [Fact]
    public async Task Post_NotTheVendors_IsRefusedAndWakesNobody()
    {
        await FirstPollAsync();
        var polls = _market.Polls;
        using var forged = HookedMarket.Post("event 1", "{}", _bench.Time.GetUtcNow());
        forged.Content = new StringContent("{ }");
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("hooked", forged));
        using var recorded = HookedMarket.Post("event 1", "{}", _bench.Time.GetUtcNow().AddHours(-1));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("hooked", recorded));
        using var huge = HookedMarket.Post("event 1", new string(' ', 1001), _bench.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync("hooked", huge));
        using var elsewhere = HookedMarket.Post("event 1", "{}", _bench.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync("shop", elsewhere));
        using var nobody = HookedMarket.Post("event 1", "{}", _bench.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync("nobody", nobody));
        _bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(polls, _market.Polls);
    }

    [Fact]
    public async Task Post_MoreThanItsRate_IsPutOffAndNoOthersAre()
    {
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 7; i++)
        {
            answers.Add(await PostAsync($"event {i}"));
        }

        Assert.Equal([5, 2], answers.CountBy(answer => answer).Select(answer => answer.Value));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("event 6"));
    }

    [Fact]
    public async Task Post_BodyThatNeverEnds_IsGivenUpAndWakesNobody()
    {
        await FirstPollAsync();
        var polls = _market.Polls;
        using var vendor = new TcpClient();
        await vendor.ConnectAsync(_bench.PlaneApi.Host, _bench.PlaneApi.Port, Cancel);
        var stream = vendor.GetStream();
        await stream.WriteAsync("POST /webhooks/hooked HTTP/1.1\r\nHost: hub\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), Cancel);

        var answer = new byte[12];
        var answering = stream.ReadExactlyAsync(answer, Cancel).AsTask();
        await _bench.UntilAsync(
            () =>
            {
                // It may not have begun to read yet.
                _bench.Time.Advance(TimeSpan.FromSeconds(5));
                return Task.FromResult(answering.IsCompleted);
            },
            "it is answered");
        await answering;

        Assert.Equal("HTTP/1.1 408", Encoding.ASCII.GetString(answer));
        Assert.Equal(polls, _market.Polls);
    }

    [Fact]
    public async Task Post_Challenge_IsAnsweredWithItsBody()
    {
        using var response = await _bench.SendAsync(HttpMethod.Post, "/webhooks/HOOKED?hello");

        Assert.Equal((HttpStatusCode.OK, "hello"), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel)));
    }

    public async ValueTask InitializeAsync()
    {
        await _bench.InitializeAsync();
        Assert.Empty(await _bench.TakeAsync("""
            { "Hub": { "Connectors": { "hooked": { "Vendor": "hooked-market", "Address": "http://127.0.0.1:1" }, "shop": { "Vendor": "counting-shop", "Address": "http://127.0.0.1:1" } } } }
            """));
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Task FirstPollAsync() => _bench.UntilAsync(() => Task.FromResult(_market.Polls > 0), "the first poll is done");

    private Task EnteredAsync(string key) => _bench.UntilAsync(() => Task.FromResult(_market.Entered.Contains(key)), $"{key} is entered");

    private async Task<HttpStatusCode> PostAsync(string id)
    {
        using var request = HookedMarket.Post(id, "{}", _bench.Time.GetUtcNow());
        return await SendAsync("hooked", request);
    }

    private async Task<HttpStatusCode> SendAsync(string connector, HttpRequestMessage request)
    {
        using var response = await _bench.PostWithoutTokenAsync($"/webhooks/{connector}", request);
        return response.StatusCode;
    }
}
