using System.Net;
using Hub.Gateway.Explaining;
using Hub.Gateway.Fallbacks;
using Hub.Gateway.Figures;
using Hub.Gateway.Tests.Caches;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Fallbacks;

[Trait("Rule", "9")]
public sealed class FallbackTests
{
    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Read_ThatNewAnswersWithAFailure_IsAnsweredByLegacyAndKeptInTheLedger(int status)
    {
        await using var shop = await CachedShop.StartAsync(10_000);
        using var shopper = await KnownAsync(shop);
        shop.New.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers["X-From"] = "New";
            return context.Response.WriteAsync("New's failure");
        };

        var answer = await shopper.GetAsync("/account");

        Assert.Equal((HttpStatusCode.OK, "legacy"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.False(answer.Headers.Contains("X-From"));
        Assert.Equal((Side.Legacy, PlacementReason.Fallback), (shop.Gateway.Explain(answer).Side, shop.Gateway.Explain(answer).Reason));
        Assert.DoesNotContain(shop.Legacy.Requests.Last().Headers.Keys, name => name.StartsWith("Hub-", StringComparison.OrdinalIgnoreCase));
        var ledger = shop.Gateway.Services.GetRequiredService<Ledger>();
        await TestWait.UntilAsync(() => ledger.Find(shopper.Hub.Key.ToString(), null, null, null).Any(entry => entry.Kind == "fallback"));
        var seen = shop.Gateway.Services.GetRequiredService<FigureBoard>().Tell().Single(told => told.New.Requests > 0).New;
        Assert.Equal((1, 1, 1), (seen.Requests, seen.Errors, seen.Fallbacks));
    }

    [Fact]
    public async Task Read_ThatNewDoesNotAnswerInTime_IsAnsweredByLegacy()
    {
        await using var shop = await CachedShop.StartAsync(10_000, """{ "Timeout": "00:00:00.2" }""");
        using var shopper = await KnownAsync(shop);
        shop.New.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        Assert.Equal(PlacementReason.Fallback, shop.Gateway.Explain(await shopper.GetAsync("/account")).Reason);
    }

    [Fact]
    public async Task Read_WhoseConnectionNewRefuses_IsAnsweredByLegacy()
    {
        await using var shop = await CachedShop.StartAsync(10_000);
        using var shopper = await KnownAsync(shop);
        await shop.New.DisposeAsync();

        Assert.Equal(PlacementReason.Fallback, shop.Gateway.Explain(await shopper.GetAsync("/account")).Reason);
    }

    [Fact]
    public async Task Answer_WhoseHeadersCameInTime_MayTakeAsLongAsItWants()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await CachedShop.StartAsync(10_000, """{ "Timeout": "00:00:00.5" }""", time);
        using var shopper = await KnownAsync(shop);
        using var client = new HttpClient { BaseAddress = shop.Gateway.Url };
        client.DefaultRequestHeaders.Add("Cookie", $"hub={shopper.HubCookieValue}");
        var (gone, late) = (false, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        shop.New.Answer = async context =>
        {
            await context.Response.WriteAsync("begun ");
            await context.Response.Body.FlushAsync();
            await late.Task;
            gone = context.RequestAborted.IsCancellationRequested;
            await context.Response.WriteAsync("ended");
        };

        var answer = await client.GetAsync("/account", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(2));
        late.SetResult();

        Assert.Equal("begun ended", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(gone);
        Assert.Equal(Side.New, shop.Gateway.Explain(answer).Side);
    }

    [Fact]
    public async Task Write_ThatNewFails_IsNeverTriedAtLegacy()
    {
        await using var shop = await CachedShop.StartAsync(10_000);
        using var shopper = await KnownAsync(shop);
        shop.Legacy.Requests.Clear();
        await shop.New.DisposeAsync();

        var answer = await shopper.PostAsync("/account", "name=Anna");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(Side.New, shop.Gateway.Explain(answer).Side);
        Assert.Empty(shop.Legacy.Requests);
    }

    [Fact]
    public async Task RouteWithoutFallback_FailsAsNewDoes()
    {
        await using var shop = await CachedShop.StartAsync(10_000);
        using var shopper = await KnownAsync(shop);
        shop.New.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await shopper.GetAsync("/moved")).StatusCode);
    }

    [Fact]
    public async Task Budget_UsedUp_ShowsNewsOwnFailure()
    {
        await using var shop = await CachedShop.StartAsync(10_000, """{ "PerMinute": 2 }""", new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        using var shopper = await KnownAsync(shop);
        shop.New.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync("New's failure");
        };
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add((await shopper.GetAsync("/account")).StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable], answers);
    }

    [Fact]
    public void Budget_OfAPercentage_CountsThisMinuteAndTheOneBefore()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        var budget = new FallbackBudget(new FallbackConfig { Percent = 10, PerMinute = 1_000 }, time);
        Assert.Equal(5, Take());
        Try(100);
        Assert.Equal(5, Take());
        time.Advance(TimeSpan.FromMinutes(1));
        Try(100);
        Assert.Equal(20, Take());
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(5, Take());

        void Try(int times)
        {
            for (var i = 0; i < times; i++)
            {
                budget.Try();
            }
        }

        int Take()
        {
            var taken = 0;
            while (budget.TryTake())
            {
                taken++;
            }

            return taken;
        }
    }

    private static async Task<Shopper> KnownAsync(CachedShop shop)
    {
        var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/account");
        Assert.Equal(Side.New, shop.Gateway.Explain(await shopper.GetAsync("/account")).Side);
        return shopper;
    }
}
