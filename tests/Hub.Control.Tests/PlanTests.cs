using System.Net;
using Hub.Control.Figures;
using Hub.Control.Plans;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Refit;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class PlanTests
{
    // A Monday.
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    [Trait("Rule", "20")]
    public async Task Plan_SamplesAndOrdersCome_ClimbsStepByStepOverARestartOfControl()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path, _time);
        await control.ApplyAsync();
        await BeginAsync(control, 5, 25);

        await LookAsync(control);
        Assert.Equal(5, await ShareAsync(control));
        await SeeAsync(control, requests: 60, orders: 3);
        Assert.Equal(5, await ShareAsync(control));
        Assert.Equal((60, 3), ((await control.Api.GetPlanAsync("catalog", Cancel)).Requests, (await control.Api.GetPlanAsync("catalog", Cancel)).Orders));

        await control.StopAsync();
        await control.StartAsync();
        // What planes told before the first look is the start of the count, not a part of it.
        await LookAsync(control);
        await SeeAsync(control, requests: 60, orders: 1);
        Assert.Equal(5, await ShareAsync(control));
        await SeeAsync(control, requests: 10, orders: 1);
        await LookAsync(control);
        Assert.Equal(25, await ShareAsync(control));

        await LookAsync(control);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<ValidationApiException>(() => control.Api.GetPlanAsync("catalog", Cancel))).StatusCode);
        Assert.Equal(
            ["plan end", "plan step", "plan step", "plan start"],
            (await control.Api.GetAuditAsync(cancellationToken: Cancel)).Select(row => row.Action).Where(action => action.StartsWith("plan", StringComparison.Ordinal)));
    }

    [Theory]
    [Trait("Rule", "13")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plan_ARollbackOrAShiftByHand_EndsItAtOnce(bool rollback)
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path, _time);
        await control.ApplyAsync();
        await BeginAsync(control, 5, 25);
        await LookAsync(control);

        _ = rollback ? await control.Api.RollbackGroupAsync("catalog", new RollbackGroup(), Cancel) : await control.ShiftAsync("catalog", 3);
        Assert.Equal("plan end", (await control.Api.GetAuditAsync(1, Cancel))[0].Action);
        await SeeAsync(control, requests: 900, orders: 90);

        Assert.Equal(rollback ? 0 : 3, await ShareAsync(control));
    }

    [Fact]
    [Trait("Rule", "20")]
    public async Task Plan_AGateIsHeld_HoldsAndTellsItOnce()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path, _time);
        await control.ApplyAsync(Document.Replace("\"catalog\": { \"New\"", "\"catalog\": { \"Gates\": {}, \"New\"", StringComparison.Ordinal));
        await BeginAsync(control, 5, 25);

        for (var look = 0; look < 5; look++)
        {
            await LookAsync(control);
        }

        Assert.Equal(0, await ShareAsync(control));
        Assert.Single(await control.Api.GetAuditAsync(cancellationToken: Cancel), row => row.Action == "gate held");
        Assert.Contains("not mirrored", (await control.Api.GetGroupAsync("catalog", Cancel)).Plan!.Waits, StringComparison.Ordinal);
        Assert.Contains("hub group plan catalog", (await control.Api.GetStatusAsync(Cancel)).Next);
    }

    [Fact]
    [Trait("Rule", "14")]
    public async Task Plan_WhileFrozen_PausesAndGoesOnAfterwards()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path, _time);
        await control.ApplyAsync();
        await control.Api.FreezeAsync(new FreezeRequest(_time.GetUtcNow().AddMinutes(1)), Cancel);
        await BeginAsync(control, 5, 25);

        await LookAsync(control);
        Assert.Equal(0, await ShareAsync(control));
        _time.Advance(TimeSpan.FromMinutes(2));
        await LookAsync(control);

        Assert.Equal(5, await ShareAsync(control));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(25, 5)]
    [InlineData(0, 5)]
    [InlineData(5, 101)]
    public async Task Plan_StepsThatDoNotRise_AreRefused(int first, int second)
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path, _time);
        await control.ApplyAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await Assert.ThrowsAsync<ValidationApiException>(() => BeginAsync(control, first, second))).StatusCode);
    }

    private static async Task BeginAsync(TestControl control, params decimal[] steps) => await control.Api.StartPlanAsync(
        "catalog", new StartPlan([.. steps], 100, 5), $"\"{await control.RevisionAsync()}\"", Cancel);

    private static async Task<decimal> ShareAsync(TestControl control) => (await control.Api.GetGroupAsync("catalog", Cancel)).Share;

    private async Task LookAsync(TestControl control)
    {
        _time.Advance(TimeSpan.FromSeconds(6));
        await control.Services.GetRequiredService<PlanRunner>().LookAsync();
    }

    private long _requests;
    private long _orders;
    private DateTimeOffset _minute;

    // A plane tells its minute whole.
    private async Task SeeAsync(TestControl control, long requests, long orders)
    {
        var minute = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds() / 60 * 60);
        (_requests, _orders, _minute) = minute == _minute ? (_requests + requests, _orders + orders, minute) : (requests, orders, minute);
        control.Services.GetRequiredService<FigureStore>().Take(new PlaneReport(
            "gw-1", RevisionId.None, [], [], ApiToken: "a",
            Figures: [new GroupFigures("catalog", minute, 60, SideFigures.None, SideFigures.None with { Requests = _requests, Orders = _orders })]));
        await LookAsync(control);
    }
}
