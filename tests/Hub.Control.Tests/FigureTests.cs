using Hub.Control.Figures;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class FigureTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Rule", "21")]
    public async Task Figures_OfSeveralPlanes_AreSummedAndAReportAgainCountsNothingTwice()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        var figures = control.Services.GetRequiredService<FigureStore>();
        var minute = Minute(TimeProvider.System.GetUtcNow());

        figures.Take(Report("gw-1", "a", minute, 10));
        figures.Take(Report("gw-1", "a", minute, 12));
        figures.Take(Report("gw-2", "b", minute, 5));
        await figures.KeepAsync();
        figures.Take(Report("gw-1", "a", minute, 13));

        var told = Assert.Single(await control.Api.GetFiguresAsync("catalog", cancellationToken: Cancel));
        Assert.Equal((minute, 18, 18), (told.At, told.New.Requests, told.Legacy.Requests));
        Assert.Equal((18, 0), figures.Seen("catalog"));
    }

    [Fact]
    [Trait("Rule", "21")]
    public async Task Figures_AfterARestartOfControlOrOfAPlane_LoseNothingThatWasKept()
    {
        using var folder = new TestFolder();
        var minute = Minute(TimeProvider.System.GetUtcNow());
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        control.Services.GetRequiredService<FigureStore>().Take(Report("gw-1", "a", minute, 10));

        await control.StopAsync();
        await control.StartAsync();
        var figures = control.Services.GetRequiredService<FigureStore>();
        figures.Take(Report("gw-1", "a", minute, 11));
        figures.Take(Report("gw-1", "after its restart", minute, 4));

        Assert.Equal(15, Assert.Single(figures.Minutes("catalog", minute)).New.Requests);
        Assert.Equal((5, 0), figures.Seen("catalog"));
    }

    [Fact]
    [Trait("Rule", "21")]
    public async Task Figures_OfTwoMonths_AreRolledUpAndBounded()
    {
        using var folder = new TestFolder();
        var time = new FakeTimeProvider(Noon);
        await using var control = await StartAsync(folder.Path, time);
        await control.ApplyAsync();
        var figures = control.Services.GetRequiredService<FigureStore>();
        for (var hour = 0; hour < 24 * 60; hour++)
        {
            figures.Take(Report("gw-1", "a", Minute(time.GetUtcNow()), 1));
            figures.Take(Report("gw-2", "b", Minute(time.GetUtcNow()), 2));
            await figures.KeepAsync();
            time.Advance(TimeSpan.FromHours(1));
            await figures.RollUpAsync();
        }

        var now = time.GetUtcNow();
        var hours = figures.Hours("catalog", DateTimeOffset.UnixEpoch, now);
        Assert.InRange(hours.Count, 35 * 24, 42 * 24);
        Assert.All(hours, hour => Assert.Equal((3, 3600), (hour.New.Requests, hour.Seconds)));
        Assert.InRange(figures.Minutes("catalog", DateTimeOffset.UnixEpoch).Count, 24, 27);
        var listed = await control.Api.GetFiguresAsync("catalog", now.AddDays(-40), Cancel);
        Assert.Equal(listed.OrderBy(part => part.At), listed);
        Assert.Equal(listed.Length, listed.Select(part => part.At).Distinct().Count());
    }

    [Fact]
    [Trait("Rule", "21")]
    public async Task Baseline_TheSameHourLastWeek_IsToldToGatewaysOfGroupsWithGuards()
    {
        using var folder = new TestFolder();
        var time = new FakeTimeProvider(Noon);
        await using var control = await StartAsync(folder.Path, time);
        await control.ApplyAsync(Document.Replace("\"catalog\": { \"New\"", "\"catalog\": { \"Guards\": {}, \"New\"", StringComparison.Ordinal));
        var figures = control.Services.GetRequiredService<FigureStore>();
        figures.Take(Report("gw-1", "a", Noon, 40));
        figures.Take(Report("gw-1", "a", Noon, 40, "checkout"));
        await figures.KeepAsync();

        Assert.Empty(control.Services.GetRequiredService<Baselines>().Read());
        time.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(20));
        await figures.RollUpAsync();

        var baseline = Assert.Single(control.Services.GetRequiredService<Baselines>().AddTo(PlaneSignals.Empty).Baselines!);
        Assert.Equal(("catalog", 80), (baseline.Key, baseline.Value.Figures.Requests));
    }

    [Fact]
    [Trait("Rule", "21")]
    public async Task Guards_OfTwoPlanesThatTripAtOnce_MakeOneRollback()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var one = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await using var two = await TestPlane.StartAsync(control, "gw-2", folder.Of("gw-2"));
        await one.ConnectedAsync();
        await two.ConnectedAsync();
        await control.ApplyAsync();
        await control.ShiftAsync("catalog", 25, wait: true);

        await Task.WhenAll(new[] { one, two }.Select(plane => plane.Link.AddRollbackAsync(
            new PlaneRollback(Guid.NewGuid(), "catalog", false, PlaneRollback.Guard, "errors: New failed 20 of 20", TimeProvider.System.GetUtcNow()), Cancel)));
        await Eventually.True(() => one.Link.Rollbacks.IsEmpty && two.Link.Rollbacks.IsEmpty, "control adopted both");

        var trip = Assert.Single(await control.Api.GetAuditAsync(cancellationToken: Cancel), row => row.Action == "group rollback");
        Assert.Equal(("guard", "errors: New failed 20 of 20"), (trip.By, trip.Reason));
        Assert.StartsWith("plane gw-", trip.From, StringComparison.Ordinal);
        Assert.True((await control.Api.GetGroupAsync("catalog", Cancel)).RolledBack);
    }

    private static DateTimeOffset Minute(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / 60 * 60);

    private static PlaneReport Report(string plane, string token, DateTimeOffset minute, long requests, string group = "catalog")
    {
        var side = SideFigures.None with { Requests = requests, Latency = [requests] };
        return new PlaneReport(
            plane, RevisionId.None, [], [], ApiToken: token, Figures: [new GroupFigures(group, minute, 60, side, side)]);
    }
}
