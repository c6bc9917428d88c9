using System.Net;
using Hub.Connectors.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Connectors.Tests.Limits;

public sealed class VendorLimitsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2027, 1, 31, 23, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pass_Burst_GoesAtOnceAndTheNextWaitsItsTurn()
    {
        var limits = Limits(new VendorLimit("orders") { PerSecond = 0.5, Burst = 3 });
        for (var i = 0; i < 3; i++)
        {
            Assert.True(Pass(limits).IsCompleted);
        }

        var (fourth, fifth) = (Pass(limits), Pass(limits));
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(fourth.IsCompleted);
        Assert.Equal(2, limits.Waiting);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await fourth.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.False(fifth.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await fifth.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
    }

    [Fact]
    public async Task Pass_LongerThanItMayWait_IsNotMadeAndSaysWhenToComeBack()
    {
        var limits = Limits(new VendorLimit("searchOrders") { PerSecond = 0.0056, Burst = 1 });
        await Pass(limits);

        var reached = await Assert.ThrowsAsync<LimitReachedException>(() => Pass(limits));

        Assert.Equal(1 / 0.0056, reached.After.TotalSeconds, 0);
        Assert.Contains("searchOrders", reached.Message, StringComparison.Ordinal);
        // What was not made took nothing out of the bucket.
        _time.Advance(reached.After);
        await Pass(limits);
    }

    [Fact]
    public async Task Pass_NeverMoreThanTheVendorTakes_WhateverTheOrder()
    {
        var limits = Limits(new VendorLimit("all") { PerSecond = 2, Burst = 5 });
        var made = new List<DateTimeOffset>();
        var calls = Enumerable.Range(0, 12).Select(_ => Pass(limits, () => made.Add(_time.GetUtcNow()))).ToList();
        while (calls.Exists(call => !call.IsCompleted))
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Yield();
        }

        await Task.WhenAll(calls);
        for (var from = 0; from < made.Count; from++)
        {
            for (var to = from; to < made.Count; to++)
            {
                Assert.True(to - from + 1 <= 5 + (2 * (made[to] - made[from]).TotalSeconds) + 0.001, $"{to - from + 1} calls within {made[to] - made[from]}");
            }
        }
    }

    [Fact]
    public async Task Pass_Concurrency_WaitsForAPlaceAndGivesUpInTime()
    {
        var limits = Limits(new VendorLimit("all") { Concurrency = 1 });
        var first = new TaskCompletionSource();
        var running = Pass(limits, wait: first.Task);
        var second = Pass(limits);
        Assert.False(second.IsCompleted);
        first.SetResult();
        await running;
        await second.WaitAsync(TimeSpan.FromMinutes(1), Cancel);

        first = new TaskCompletionSource();
        running = Pass(limits, wait: first.Task);
        second = Pass(limits);
        _time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<LimitReachedException>(() => second);
        first.SetResult();
        await running;
        await Pass(limits);
    }

    [Fact]
    public async Task Pass_DaysBudget_IsSpentUntilMidnightUtc()
    {
        var limits = Limits(new VendorLimit("day") { PerDay = 2 });
        await Pass(limits);
        await Pass(limits);

        Assert.Equal(TimeSpan.FromHours(1), (await Assert.ThrowsAsync<LimitReachedException>(() => Pass(limits))).After);

        _time.Advance(TimeSpan.FromHours(1));
        await Pass(limits);
    }

    [Fact]
    public async Task Pass_OperationsOfOneVendor_AreCountedApart()
    {
        var limits = Limits(
            new VendorLimit("search") { Method = "GET", Path = "/orders", PerSecond = 0.001 }, new VendorLimit("get") { Path = "/orders/{id}", PerSecond = 0.001 });
        await Pass(limits, path: "/api/orders?x=1");
        await Pass(limits, path: "/api/orders/7");
        await Pass(limits, path: "/api/other");
        await Pass(limits, path: "/api/other");
        await Assert.ThrowsAsync<LimitReachedException>(() => Pass(limits, path: "/api/orders/8/"));
        await Assert.ThrowsAsync<LimitReachedException>(() => Pass(limits, path: "/api/orders"));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Pass_RetryAfter_NothingIsAskedBeforeThat(int status)
    {
        var limits = Limits();
        await Pass(limits, answer: Answer(status, "7"));

        Assert.Equal(TimeSpan.FromSeconds(7), (await Assert.ThrowsAsync<LimitReachedException>(() => Pass(limits))).After);

        _time.Advance(TimeSpan.FromSeconds(7));
        await Pass(limits);
    }

    [Fact]
    public async Task Pass_RetryAfterADate_IsObeyedToo()
    {
        var limits = Limits();
        await Pass(limits, answer: Answer(429, _time.GetUtcNow().AddSeconds(90).ToString("R")));

        Assert.Equal(TimeSpan.FromSeconds(90), (await Assert.ThrowsAsync<LimitReachedException>(() => Pass(limits))).After);
    }

    [Fact]
    public async Task Pass_TooManyWithoutRetryAfter_EmptiesTheBucket()
    {
        var limits = Limits(new VendorLimit("all") { PerSecond = 1, Burst = 100 });
        await Pass(limits, answer: Answer(429, null));

        var next = Pass(limits);
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await next.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
    }

    [Fact]
    public async Task Pass_VendorSaysWhatIsLeft_IsBelieved()
    {
        var limits = Limits(new VendorLimit("all")
        {
            PerSecond = 1,
            Burst = 60,
            Read = answer => answer.Headers.TryGetValues("X-Left", out var left) ? new LimitNews(Remaining: double.Parse(left.Single())) : null,
        });
        await Pass(limits, answer: Answer(200, null, ("X-Left", "0")));

        var next = Pass(limits, answer: Answer(200, null, ("X-Left", "30")));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await next.WaitAsync(TimeSpan.FromMinutes(1), Cancel);

        // More than was counted here: it is so.
        Assert.True(Pass(limits).IsCompleted);
        Assert.True(Pass(limits).IsCompleted);
    }

    [Fact]
    public async Task Pass_Cost_TakesAsMuchOutOfTheBucket()
    {
        var limits = Limits(new VendorLimit("cost") { PerSecond = 50, Burst = 1000, Cost = request => double.Parse(request.RequestUri!.Query[1..]) });
        await Pass(limits, path: "/graphql?900");
        var second = Pass(limits, path: "/graphql?200");

        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await second.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        // Dearer than the bucket is large: it goes when that is full.
        Assert.Equal(20, (await Assert.ThrowsAsync<LimitReachedException>(() => Pass(limits, path: "/graphql?5000"))).After.TotalSeconds, 1);
        _time.Advance(TimeSpan.FromSeconds(20));
        await Pass(limits, path: "/graphql?5000");
    }

    [Fact]
    public async Task Pass_CallerGivesUpWaiting_TakesNothing()
    {
        var limits = Limits(new VendorLimit("all") { PerSecond = 1 });
        await Pass(limits);
        using var leaving = new CancellationTokenSource();
        var second = Pass(limits, cancel: leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Pass(limits).IsCompleted);
    }

    private VendorLimits Limits(params VendorLimit[] limits) => new(
        new ConnectorOptions { Vendor = "acme", Address = new Uri("https://acme.example/api/"), LimitWait = TimeSpan.FromSeconds(5) }, limits, _time);

    private static async Task Pass(
        VendorLimits limits, Action? made = null, string path = "/api/orders", HttpResponseMessage? answer = null, Task? wait = null, CancellationToken? cancel = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri("https://acme.example"), path));
        await limits.PassAsync(
            request,
            async () =>
            {
                made?.Invoke();
                await (wait ?? Task.CompletedTask);
                return answer;
            },
            given => given,
            cancel ?? Cancel);
    }

    private static HttpResponseMessage Answer(int status, string? after, (string Name, string Value)? header = null)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        if (after is not null)
        {
            answer.Headers.TryAddWithoutValidation("Retry-After", after);
        }

        if (header is { } more)
        {
            answer.Headers.TryAddWithoutValidation(more.Name, more.Value);
        }

        return answer;
    }
}
