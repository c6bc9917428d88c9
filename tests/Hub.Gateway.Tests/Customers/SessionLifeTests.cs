using System.Collections.Concurrent;
using System.Globalization;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Customers;

/// <summary>How often legacy is asked, and when a change at legacy is seen, over a session's life.</summary>
[Trait("Rule", "1")]
public sealed class SessionLifeTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly ConcurrentDictionary<string, string> _accounts = new();
    private int _asked;
    private bool _down;

    [Fact]
    public async Task Questions_OfManyRequestsAtOnce_AreOneAndOneAMinute()
    {
        await using var shop = await StartAsync();
        using var shopper = await VisitorAsync(shop, "s1", "42");
        var held = new TaskCompletionSource();
        var answer = shop.Legacy.Answer!;
        shop.Legacy.Answer = async context =>
        {
            await (context.Request.Path == "/api/me" ? held.Task : Task.CompletedTask);
            await answer(context);
        };

        var many = Enumerable.Range(0, 20).Select(_ => shopper.GetAsync("/search")).ToList();
        await TestWait.UntilAsync(() => shop.Legacy.Requests.Any(request => request.Target == "/api/me"));
        held.SetResult();
        await Task.WhenAll(many);
        Assert.Equal(1, _asked);
        for (var second = 0; second < 120; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await shopper.GetAsync("/search");
        }

        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task Questions_ThatFail_AreAskedAtGrowingPausesUpToAMinute()
    {
        await using var shop = await StartAsync();
        using var shopper = await VisitorAsync(shop, "s1", "42");
        _down = true;
        var at = new List<int>();
        for (var second = 0; second <= 200; second++)
        {
            var before = _asked;
            await shopper.GetAsync("/search");
            if (_asked > before)
            {
                at.Add(second);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 2, 6, 14, 30, 62, 122, 182], at);
    }

    [Fact]
    public async Task LogOut_AtLegacyDirectlyOrOnAnotherDevice_IsSeenWithinTheCacheTime()
    {
        await using var shop = await StartAsync();
        using var shopper = await VisitorAsync(shop, "s1", "42");
        await shopper.GetAsync("/");
        var account = shopper.Hub.Key;
        Assert.Equal("42", shop.New.Requests.Last().Identity!.Account);

        _accounts.Clear();
        _time.Advance(TimeSpan.FromSeconds(61));
        await shopper.GetAsync("/");

        Assert.NotEqual(account, shopper.Hub.Key);
        Assert.Null(shop.New.Requests.Last().Identity?.Account);
    }

    [Fact]
    public async Task Id_ThatRotatesWithEachAnswer_KeepsTheCustomerAndAsksOnceAMinute()
    {
        await using var shop = await StartAsync("\"Cookies\": [ \"SHOPSESSION\" ], \"RotatesIds\": true");
        Rotate(shop);
        using var shopper = await VisitorAsync(shop, "r0", "42");
        var keys = new HashSet<CustomerKey>();
        var ids = new HashSet<string>();

        for (var i = 0; i < 30; i++)
        {
            await shopper.GetAsync("/search");
            keys.Add(shopper.Hub.Key);
            ids.Add(shopper.Cookies["SHOPSESSION"]);
        }

        Assert.Equal(30, ids.Count);
        Assert.Single(keys);
        Assert.Equal(1, _asked);
        _time.Advance(TimeSpan.FromSeconds(61));
        await shopper.GetAsync("/search");
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Id_ThatRotatesAtLogIn_IsAskedForAnewAndKeepsTheVisitorsKey()
    {
        await using var shop = await StartAsync("\"Cookies\": [ \"SHOPSESSION\" ], \"RotatesIds\": true");
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["SHOPSESSION"] = "guest";
        await shopper.GetAsync("/");
        await shopper.GetAsync("/");
        var visitor = shopper.Hub.Key;
        var answer = shop.New.Answer;
        shop.New.Answer = shop.Legacy.Answer = context =>
        {
            if (context.Request.Method == "POST")
            {
                _accounts["logged-in"] = "42";
                context.Response.Headers.SetCookie = "SHOPSESSION=logged-in; path=/";
            }

            return AnswerAsync(context);
        };

        await shopper.PostAsync("/login");
        await shopper.GetAsync("/");

        Assert.Equal(visitor, shopper.Hub.Key);
        Assert.Equal("42", shop.New.Requests.Last().Identity!.Account);
    }

    [Fact]
    public async Task Cookies_Several_AreOneSessionOfAllOfThem()
    {
        await using var shop = await StartAsync("\"Cookies\": [ \"SHOPSESSION\", \"SHOPLOGIN\" ]");
        using var shopper = await VisitorAsync(shop, "s1", "42");
        await shopper.GetAsync("/");
        Assert.Equal(1, _asked);

        // A log-in that leaves the session's id and sets a cookie of its own.
        shopper.Cookies["SHOPLOGIN"] = "x";
        await shopper.GetAsync("/");
        await shopper.GetAsync("/");
        shopper.Cookies["theme"] = "dark";
        await shopper.GetAsync("/");

        Assert.Equal(2, _asked);
    }

    [Fact]
    [Trait("Rule", "7")]
    public async Task Writes_ToACartWhoseClaimStands_AskNothingAndOthersDo()
    {
        await using var shop = await StartAsync();
        using var shopper = await VisitorAsync(shop, "s1", "42");
        await shopper.PostAsync("/cart/add");
        await shopper.PostAsync("/cart/add");
        var before = _asked;

        for (var i = 0; i < 5; i++)
        {
            await shopper.PostAsync("/cart/add");
        }

        Assert.Equal(before, _asked);
        await shopper.PostAsync("/logout");
        await shopper.GetAsync("/");
        Assert.Equal(before + 1, _asked);
    }

    [Theory]
    [InlineData("{\"id\":\"42\",\"name\":\"\\ud800\"}")]
    [InlineData("[1,2")]
    [InlineData("")]
    [InlineData("large")]
    public async Task Answer_ThatIsNonsense_CostsTheSessionNothingAndIsAskedAgainLater(string body)
    {
        await using var shop = await StartAsync();
        using var shopper = await VisitorAsync(shop, "s1", "42");
        shop.Legacy.Answer = async context =>
        {
            Interlocked.Increment(ref _asked);
            await context.Response.WriteAsync(body == "large" ? $"{{\"id\":\"{new string('7', 100_000)}\"}}" : body);
        };

        var response = await shopper.GetAsync("/");
        _time.Advance(TimeSpan.FromSeconds(3));
        shop.Legacy.Answer = AnswerAsync;
        await shopper.GetAsync("/");

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("42", shop.New.Requests.Last().Identity!.Account);
    }

    [Fact]
    public async Task Question_SaysWhichBrowserAsks()
    {
        await using var shop = await StartAsync();
        using var shopper = await VisitorAsync(shop, "s1", "42");

        await shopper.GetAsync("/", ("User-Agent", "Firefox"));

        var question = Assert.Single(shop.Legacy.Requests, request => request.Target == "/api/me");
        Assert.Equal(("Firefox", "127.0.0.1", "SHOPSESSION=s1"), (question.Header("User-Agent"), question.Header("X-Forwarded-For"), question.Header("Cookie")));
    }

    private async Task<Shop> StartAsync(string? customer = null)
    {
        var shop = await Shop.StartAsync(time: _time, customer: customer);
        shop.Legacy.Answer = AnswerAsync;
        return shop;
    }

    private async Task<Shopper> VisitorAsync(Shop shop, string session, string account)
    {
        var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        _accounts[session] = account;
        shopper.Cookies["SHOPSESSION"] = session;
        return shopper;
    }

    private void Rotate(Shop shop) => shop.New.Answer = context =>
    {
        var old = context.Request.Cookies["SHOPSESSION"];
        if (old is not null && _accounts.TryRemove(old, out var account))
        {
            var next = $"r{int.Parse(old[1..], CultureInfo.InvariantCulture) + 1}";
            _accounts[next] = account;
            context.Response.Headers.SetCookie = $"SHOPSESSION={next}; path=/; httponly";
        }

        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync("new");
    };

    private Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html";
        if (context.Request.Path != "/api/me")
        {
            return context.Response.WriteAsync("page");
        }

        Interlocked.Increment(ref _asked);
        context.Response.StatusCode = _down ? 500 : 200;
        return context.Response.WriteAsJsonAsync(new { id = _accounts.GetValueOrDefault(context.Request.Cookies["SHOPSESSION"] ?? ""), cart = 0 });
    }
}
