using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Cli.Tests.Commands;

public sealed class ReconcileCommandTests : IDisposable
{
    private static readonly ReconciliationView View = new(
        "4711", new DateOnly(2026, 11, 22), "Europe/Berlin", Hand.Now.AddDays(-1), Hand.Now, "market", "done",
        [new ReconciledSum("market", "EUR", new SideSum(2, 39.80m), new SideSum(1, 19.90m), new SideSum(1, null), null)], [], []);

    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task Reconcile_BooksAgree_IsZeroAndShowsTheSums()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("POST /api/reconciliations", View);

        var typed = await _hand.TypeAsync(control, "reconcile", "--day", "yesterday", "--channel", "market");

        Assert.Equal(("", 0), (typed.Error, typed.ExitCode));
        Assert.All((string[])["Europe/Berlin", "2 (39.80)", "1 (19.90)", "no difference"], word => Assert.Contains(word, typed.Output, StringComparison.Ordinal));
        Assert.Equal(new StartReconciliation(new DateOnly(2026, 11, 22), "market"), JsonSerializer.Deserialize<StartReconciliation>(Assert.Single(control.Requests).Body, JsonSerializerOptions.Web));
    }

    [Fact]
    public async Task Reconcile_BooksDiffer_IsOneAndNamesEach()
    {
        await using var control = await ControlStandIn.StartAsync();
        var view = View with { Differences = [new OrderDifference("market/M-7", "erp", "no sale", "parked", "There is no item XX-1.")], Notes = ["the day is not over yet"] };
        control.Answers("POST /api/reconciliations", view);

        var typed = await _hand.TypeAsync(control, "reconcile", "--day", "2026-11-22");
        Assert.Equal(1, typed.ExitCode);
        Assert.All((string[])["market/M-7", "no sale", "parked", "XX-1", "not over yet"], word => Assert.Contains(word, typed.Output, StringComparison.Ordinal));
        var json = await _hand.TypeAsync(control, "reconcile", "--day", "2026-11-22", "--json");
        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(view, JsonSerializerOptions.Web), JsonDocument.Parse(json.Output).RootElement));
    }

    [Fact]
    public async Task Reconcile_SideThatCouldNotBeAsked_IsOne()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("POST /api/reconciliations", View with { Complete = false });

        Assert.Equal(1, (await _hand.TypeAsync(control, "reconcile", "--day", "2026-11-22")).ExitCode);
    }

    [Theory]
    [InlineData("reconcile")]
    [InlineData("reconcile", "--day", "31.1.2027")]
    public async Task Reconcile_NoDay_IsMisuse(params string[] line) => Assert.Equal(2, (await _hand.TypeAsync(line)).ExitCode);
}
