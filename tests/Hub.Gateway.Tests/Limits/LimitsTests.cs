using System.Net;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Tests.Limits;

public sealed class LimitsTests
{
    private const string Browser = "text/html,application/xhtml+xml,*/*;q=0.8";

    [Fact]
    public async Task Client_AboveItsRate_Gets429AndWhenToComeAgain()
    {
        await using var shop = await StartAsync("""{ "Client": { "Requests": 2, "Per": "01:00:00" } }""");
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/anything");

        var refused = await shopper.GetAsync("/");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 1_800);
        Assert.True(refused.Headers.CacheControl!.NoStore);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.Equal(2, shop.Legacy.Requests.Count + shop.New.Requests.Count);
    }

    [Fact]
    public async Task Key_AboveItsRate_IsRefusedAndAnotherKeyIsNot()
    {
        await using var shop = await StartAsync("""{ "Key": { "Requests": 1, "Per": "01:00:00" }, "KeyHeader": "X-Api-Key" }""");
        using var client = shop.Gateway.Shopper();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", ("X-Api-Key", "one"))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/", ("X-Api-Key", "one"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", ("X-Api-Key", "two"))).StatusCode);

        // The hub's cookie is a key too: the first request set it.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Client_BehindATrustedProxy_IsWhomTheProxyNames()
    {
        await using var shop = await StartAsync("""{ "Client": { "Requests": 1, "Per": "01:00:00" } }, "Boundary": { "TrustedProxies": [ "127.0.0.1" ] }""");
        using var balancer = shop.Gateway.Shopper();

        Assert.Equal(HttpStatusCode.OK, (await balancer.GetAsync("/", ("X-Forwarded-For", "192.0.2.1"))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await balancer.GetAsync("/", ("X-Forwarded-For", "198.51.100.9, 192.0.2.1"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await balancer.GetAsync("/", ("X-Forwarded-For", "2001:db8::1"))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await balancer.GetAsync("/", ("X-Forwarded-For", "2001:db8::2"))).StatusCode);
    }

    [Theory]
    [InlineData("Client", false)]
    [InlineData("Key", true)]
    [InlineData("Route", false)]
    public async Task Route_AboveItsRate_IsRefusedToThoseItCountsTogether(string by, bool another)
    {
        await using var shop = await StartAsync(null, $$"""{ "search": { "Limit": { "Requests": 1, "Per": "01:00:00", "By": "{{by}}" } } }""");
        using var one = shop.Gateway.Shopper();
        using var two = shop.Gateway.Shopper();
        await one.GetAsync("/");
        await two.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, (await one.GetAsync("/search")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await one.GetAsync("/search")).StatusCode);
        Assert.Equal(another ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, (await two.GetAsync("/search")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await one.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Flip_WhileAClientIsLimited_LeavesItsCountAsItIs()
    {
        await using var shop = await StartAsync("""{ "Client": { "Requests": 1, "Per": "01:00:00" } }""");
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        Assert.Empty(await shop.Gateway.TakeAsync(3, null, Shop.All(0)));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await shopper.GetAsync("/")).StatusCode);

        var other = Limited(shop, """{ "Client": { "Requests": 1, "Per": "01:00:00" } }""", "{ \"search\": { \"Priority\": \"Account\" } }");
        Assert.Empty(await shop.Gateway.TakeAsync(4, other));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await shopper.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData("Gateway")]
    [InlineData("Legacy")]
    public async Task FullShop_OfVisitors_TakesCheckoutsAndShowsVisitorsAWaitingPage(string of)
    {
        await using var shop = await StartAsync($$"""{ "{{of}}": { "Most": 2, "Kept": 50, "Wait": "00:00:00" } }""", share: 0);
        var (arrived, release) = Hold(shop.Legacy);
        using var first = shop.Gateway.Shopper();
        var held = first.GetAsync("/search");
        await TestWait.UntilAsync(() => arrived() == 1);

        using var visitor = shop.Gateway.Shopper();
        var waiting = await visitor.GetAsync("/search", ("Accept", Browser), ("Accept-Language", "de-AT,de;q=0.9,en;q=0.5"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, waiting.StatusCode);
        Assert.InRange(waiting.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.True(waiting.Headers.CacheControl!.NoStore);
        var page = await waiting.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("<html lang=\"de\">", page, StringComparison.Ordinal);
        Assert.Contains("http-equiv=\"refresh\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{seconds}", page, StringComparison.Ordinal);
        Assert.True(visitor.Cookies.ContainsKey("hub-place"), "The visitor was given no place.");

        // A step of checkout has the seat that was kept, and the side never sees the place.
        using var buyer = visitor.At(shop.Gateway);
        var paying = buyer.GetAsync("/cart");
        await TestWait.UntilAsync(() => arrived() == 2);
        release();
        Assert.Equal(HttpStatusCode.OK, (await paying).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await held).StatusCode);
        Assert.DoesNotContain("hub-place", shop.Legacy.Requests.Last().Header("Cookie") ?? "", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/search")).StatusCode);
    }

    [Fact]
    public async Task FullShop_OfVisitors_TakesWhoIsOnAJourneyAlready()
    {
        await using var shop = await StartAsync("""{ "Gateway": { "Most": 2, "Kept": 50, "Wait": "00:00:00" } }""", share: 0);
        using var customer = shop.Gateway.Shopper();
        await customer.GetAsync("/");
        await customer.GetAsync("/login");
        Assert.NotEmpty(customer.Hub.Pins);
        var (arrived, release) = Hold(shop.Legacy);
        using var first = shop.Gateway.Shopper();
        var held = first.GetAsync("/search");
        await TestWait.UntilAsync(() => arrived() == 1);

        var browsing = customer.GetAsync("/search");
        await TestWait.UntilAsync(() => arrived() == 2);
        release();

        Assert.Equal(HttpStatusCode.OK, (await browsing).StatusCode);
        await held;
    }

    [Fact]
    public async Task FullShop_FormSent_SaysThatItWasNotTakenAndDoesNotAskAgainByItself()
    {
        await using var shop = await StartAsync("""{ "Legacy": { "Most": 1, "Wait": "00:00:00" } }""", share: 0);
        var (arrived, release) = Hold(shop.Legacy);
        using var first = shop.Gateway.Shopper();
        var held = first.GetAsync("/search");
        await TestWait.UntilAsync(() => arrived() == 1);
        using var shopper = shop.Gateway.Shopper();

        var refused = await shopper.PostAsync("/checkout", "street=x", ("Accept", Browser));

        var page = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.DoesNotContain("http-equiv=\"refresh\"", page, StringComparison.Ordinal);
        Assert.Contains("was not passed on", page, StringComparison.Ordinal);
        release();
        await held;
        Assert.DoesNotContain(shop.Legacy.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task EventStream_Open_HoldsNoSeat()
    {
        await using var shop = await StartAsync("""{ "Gateway": { "Most": 1, "Kept": 0, "Wait": "00:00:00" } }""", share: 0);
        var end = new TaskCompletionSource();
        shop.Legacy.Answer = async context =>
        {
            if (context.Request.Path == "/events")
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("data: 1\n\n");
                await context.Response.Body.FlushAsync();
                await end.Task;
            }
        };
        using var client = new HttpClient { BaseAddress = shop.Gateway.Url };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events") { Headers = { { "Accept", "text/event-stream" } } };
        using var stream = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        using var shopper = shop.Gateway.Shopper();
        Assert.Equal(HttpStatusCode.OK, (await shopper.GetAsync("/search")).StatusCode);
        end.SetResult();
    }

    [Fact]
    public async Task Place_ForgedOrOld_IsNone()
    {
        await using var shop = await StartAsync("""{ "Gateway": { "Most": 1 } }""");
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["hub-place"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Assert.Equal(HttpStatusCode.OK, (await shopper.GetAsync("/")).StatusCode);
        shopper.Cookies["hub-place"] = "%%%";
        Assert.Equal(HttpStatusCode.OK, (await shopper.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData("""{ "Client": { "Per": "00:01:00" } }""", "{}", "'Requests' is missing")]
    [InlineData("""{ "Client": { "Requests": 5, "Per": "00:00:00" } }""", "{}", "a rate counts over 00:00:00")]
    [InlineData("""{ "Gateway": { "Most": 5, "Wait": "01:00:00" } }""", "{}", "requests wait for 01:00:00")]
    [InlineData("{}", """{ "serach": { "Priority": "Account" } }""", "there is no route 'serach'")]
    [InlineData("{}", """{ "search": { "Limit": { "By": "Key" } } }""", "'Requests' is missing")]
    public async Task Document_WithALimitThatCanNotBe_IsRefusedWithTheReason(string limits, string routes, string what)
    {
        await using var shop = await Shop.StartAsync();

        var problems = await shop.Gateway.TakeAsync(2, Limited(shop, limits, routes));

        Assert.Contains(problems, problem => problem.Contains(what, StringComparison.Ordinal));
    }

    private static async Task<Shop> StartAsync(string? limits, string? routes = null, int share = 10_000)
    {
        var shop = await Shop.StartAsync();
        Assert.Empty(await shop.Gateway.TakeAsync(2, Limited(shop, limits, routes), Shop.All(share)));
        return shop;
    }

    private static string Limited(Shop shop, string? limits, string? routes) => shop.Document.Replace(
        "\"Hub\": {",
        $"\"Hub\": {{ {(limits is null ? "" : $"\"Limits\": {limits},")} {(routes is null ? "" : $"\"Routes\": {routes},")}",
        StringComparison.Ordinal);

    /// <summary>Requests wait at the side until they are released.</summary>
    private static (Func<int> Arrived, Action Release) Hold(Upstream side)
    {
        var (arrived, gate) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        side.Answer = async context =>
        {
            Interlocked.Increment(ref arrived);
            await gate.Task;
            await context.Response.WriteAsync("held");
        };
        return (() => Volatile.Read(ref arrived), () => gate.TrySetResult());
    }
}
