using Hub.Control.Figures;
using Hub.Control.Guards;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class BusinessGuardTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly string[] Planes = ["a", "b"];

    private readonly FakeTimeProvider _time = new(Noon);

    [Theory]
    [Trait("Rule", "21")]
    [InlineData("no orders", true)]
    [InlineData("orders as ever", false)]
    [InlineData("no orders, and a minute nobody told", false)]
    [InlineData("no orders, and a plane that went silent", false)]
    public async Task Guard_BesideLastWeek_RollsBackAtShare100AlsoWhileFrozen(string what, bool trips)
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path, _time);
        await control.ApplyAsync(Document.Replace("\"catalog\": { \"New\"", "\"catalog\": { \"Guards\": {}, \"New\"", StringComparison.Ordinal));
        await TellAsync(control, 60, legacyOrders: 4);
        _time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromHours(1));
        await control.Services.GetRequiredService<FigureStore>().RollUpAsync();
        await control.ShiftAsync("catalog", 100);
        await control.Api.FreezeAsync(new FreezeRequest(_time.GetUtcNow().AddDays(1), "Black Friday"), Cancel);

        await TellAsync(
            control, 30, newOrders: what == "orders as ever" ? 4 : 0,
            leaveOut: what.EndsWith("nobody told", StringComparison.Ordinal) ? 20 : -1,
            silent: what.EndsWith("went silent", StringComparison.Ordinal) ? "b" : null);
        await control.Services.GetRequiredService<BusinessGuard>().LookAsync();

        var rows = (await control.Api.GetAuditAsync(cancellationToken: Cancel)).Where(row => row.Action == "group rollback").ToList();
        Assert.Equal(trips, (await control.Api.GetGroupAsync("catalog", Cancel)).RolledBack);
        Assert.Equal(trips ? 1 : 0, rows.Count);
        if (trips)
        {
            Assert.Equal(("guard", "control"), (rows[0].By, rows[0].From));
            Assert.Equal("orders: New had 0 in 15 min at 100 %; by the same hour last week (240) it should have had 60", rows[0].Reason);
        }
    }

    // Minute after minute two planes tell their half; what one leaves out is missing from then on.
    private async Task TellAsync(TestControl control, int minutes, long legacyOrders = 0, long newOrders = 0, int leaveOut = -1, string? silent = null)
    {
        var figures = control.Services.GetRequiredService<FigureStore>();
        for (var i = 0; i < minutes; i++)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds() / 60 * 60);
            foreach (var plane in Planes.Where(plane => i != leaveOut && (plane != silent || i < 20)))
            {
                figures.Take(new PlaneReport(
                    plane, RevisionId.None, [], [], ApiToken: plane,
                    Figures: [new GroupFigures("catalog", at, 60, Side(legacyOrders / 2), Side(newOrders / 2))]));
            }

            await figures.KeepAsync();
            _time.Advance(Minute);
        }

        // A minute is told for a few seconds after it is over.
        _time.Advance(TimeSpan.FromSeconds(20));
    }

    private static SideFigures Side(long orders) => SideFigures.None with { Requests = 100, Orders = orders };
}
