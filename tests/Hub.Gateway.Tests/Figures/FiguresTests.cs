using Hub.Control.Protocol;
using Hub.Gateway.Figures;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Figures;

public sealed class FiguresTests
{
    [Fact]
    [Trait("Rule", "21")]
    public async Task Figures_FromTheFirstRequest_AreKeptOfBothSides()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        using var shopper = shop.Gateway.Shopper();

        await shopper.GetAsync("/");
        shop.Legacy.Answer = context => Answer(context, 500);
        await shopper.GetAsync("/search");
        shop.Legacy.Answer = context => Answer(context, 404);
        await shopper.GetAsync("/search");
        shop.New.Answer = context => Answer(context, 503);
        await shopper.GetAsync("/", ("X-Staff", "1"));

        var catalog = Of(shop, "catalog");
        Assert.Equal((3, 1), (catalog.Legacy.Requests, catalog.Legacy.Errors));
        Assert.Equal((1, 1), (catalog.New.Requests, catalog.New.Errors));
        Assert.Equal(3, catalog.Legacy.Latency.Sum());
    }

    [Fact]
    public async Task Figures_OfASideThatDoesNotAnswer_AreErrors()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        using var shopper = shop.Gateway.Shopper();
        shop.Legacy.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        await shopper.GetAsync("/");

        Assert.Equal((1, 1), (Of(shop, "catalog").Legacy.Requests, Of(shop, "catalog").Legacy.Errors));
    }

    [Fact]
    public async Task Figures_OfAClientThatHangsUp_AreNoErrors()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shop.Legacy.Answer = async context =>
        {
            using var registration = context.RequestAborted.Register(gone.SetResult);
            hangs.SetResult();
            await gone.Task;
        };
        using var client = new HttpClient { BaseAddress = shop.Gateway.Url };
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var asked = client.GetAsync("/", hangUp.Token);
        await hangs.Task;
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await gone.Task;
        shop.Legacy.Answer = null;
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        Assert.Equal((1, 0), (Of(shop, "catalog").Legacy.Requests, Of(shop, "catalog").Legacy.Errors));
    }

    [Theory]
    [Trait("Rule", "21")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Figures_OfABodyThatBreaksOff_AreAnErrorOfTheSideOnly(bool sideBreaksOff)
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        using var client = new HttpClient { BaseAddress = shop.Gateway.Url };
        var halfRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shop.Legacy.Answer = async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("half ");
            await context.Response.Body.FlushAsync();
            await halfRead.Task;
            if (sideBreaksOff)
            {
                context.Abort();
            }
            else
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                gone.SetResult();
            }
        };

        var answer = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using (var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken))
        {
            await body.ReadExactlyAsync(new byte[5], TestContext.Current.CancellationToken);
            halfRead.SetResult();
            if (sideBreaksOff)
            {
                await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[5], TestContext.Current.CancellationToken));
            }
        }

        answer.Dispose();
        if (!sideBreaksOff)
        {
            await gone.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        }

        shop.Legacy.Answer = null;
        await client.GetStringAsync("/search", TestContext.Current.CancellationToken);
        await TestWait.UntilAsync(() => Of(shop, "catalog").Legacy is { Requests: 2 } sees && sees.Errors == (sideBreaksOff ? 1 : 0));
    }

    [Fact]
    [Trait("Rule", "21")]
    public async Task Figures_OfOrdersAndJourneys_AreThoseOfTheirSide()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        shop.New.Answer = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = context.Request.Path.Value switch
            {
                "/checkout" when context.Request.Method == "POST" => (303, "/checkout/done/1001"),
                "/login" when context.Request.Method == "POST" => (303, "/account"),
                _ => (200, ""),
            };
            return Task.CompletedTask;
        };

        await shopper.GetAsync("/");
        await shopper.GetAsync("/login");
        await shopper.PostAsync("/login");
        await shopper.PostAsync("/cart/add");
        await shopper.PostAsync("/checkout");

        Assert.Equal(1, Of(shop, "checkout").New.Orders);
        Assert.Equal((1, 1), (Of(shop, "account").New.JourneysBegun, Of(shop, "account").New.JourneysCompleted));
        Assert.Equal(0, Of(shop, "account").Legacy.JourneysBegun);
    }

    [Fact]
    public void Tell_MinuteAfterMinute_TellsThisOneAndTheLastWhole()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 30, TimeSpan.Zero));
        var board = new FigureBoard(time);
        var counters = board.Of("catalog");
        counters.Answered(Hub.Placement.Side.New, failed: false, 20);
        Assert.Equal([(12, 0, 1L)], Told());
        Assert.Equal([(12, 0, 1L)], Told());

        time.Advance(TimeSpan.FromSeconds(40));
        counters.Answered(Hub.Placement.Side.New, failed: false, 20);
        board.Turn();
        counters.Answered(Hub.Placement.Side.New, failed: false, 20);
        Assert.Equal([(12, 0, 2L), (12, 1, 1L)], Told());

        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(Told());

        IEnumerable<(int, int, long)> Told() => board.Tell().Select(told => (told.At.Hour, told.At.Minute, told.New.Requests));
    }

    private static GroupFigures Of(Shop shop, string group) =>
        shop.Gateway.Services.GetRequiredService<FigureBoard>().Tell().Where(told => told.Group == group)
            .Aggregate((one, other) => one with { Legacy = one.Legacy.Plus(other.Legacy), New = one.New.Plus(other.New) });

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
