using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Cli.Tests.Commands;

public sealed class FlipCommandTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    [Trait("Rule", "11")]
    public async Task Shift_Shared_SendsTheRevisionItSaw()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/groups/catalog", Samples.Group);
        control.Answers("POST /api/groups/catalog/shift", Samples.Flip());

        var typed = await _hand.TypeAsync(
            control, "group", "shift", "catalog", "--share", "12.5", "--wait", "--reason", "first quarter");

        Assert.Equal(0, typed.ExitCode);
        var asked = control.Requests.Last();
        Assert.Equal("\"1f2e3d4c.42\"", asked.IfMatch);
        var body = JsonSerializer.Deserialize<ShiftGroup>(asked.Body, JsonSerializerOptions.Web);
        Assert.Equal(new ShiftGroup(12.5m, "first quarter", DryRun: false, Wait: true), body);
        Assert.Contains("catalog: 5 % → 25 %", typed.Output, StringComparison.Ordinal);
        Assert.Contains("served by 3/3", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shift_WaitedAndNotAcknowledged_Fails()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/groups/catalog", Samples.Group);
        control.Answers(
            "POST /api/groups/catalog/shift", Samples.Flip(false, false, "gw-3 silent since 12:01, may serve revision 41"));

        var typed = await _hand.TypeAsync(control, "group", "shift", "catalog", "--share", "25", "--wait");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("gw-3 silent since 12:01", typed.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 3 gateway planes", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shift_DryRun_SaysThatNothingChanged()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/groups/catalog", Samples.Group);
        control.Answers("POST /api/groups/catalog/shift", Samples.Flip(dryRun: true, acknowledged: false));

        var typed = await _hand.TypeAsync(control, "group", "shift", "catalog", "--share", "25", "--dry-run", "--wait");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains("nothing was changed", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "13")]
    public async Task Rollback_All_NeedsNoRevision()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("POST /api/groups/rollback", Samples.Flip());

        var typed = await _hand.TypeAsync(control, "group", "rollback", "--all", "--evacuate");

        Assert.Equal(0, typed.ExitCode);
        var asked = Assert.Single(control.Requests);
        Assert.Null(asked.IfMatch);
        Assert.Equal(
            new RollbackGroup(Evacuate: true), JsonSerializer.Deserialize<RollbackGroup>(asked.Body, JsonSerializerOptions.Web));
    }

    [Fact]
    public async Task Freeze_Span_IsCountedFromNow()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("PUT /api/freeze", new FreezeView(Hand.Now.AddHours(2), Samples.Revision));

        var typed = await _hand.TypeAsync(control, "freeze", "--until", "+2h", "--reason", "sale");

        Assert.Equal("frozen until 2026-11-23T15:00:00+01:00, revision 1f2e3d4c.42", typed.Output.Trim());
        Assert.Equal(
            new FreezeRequest(Hand.Now.AddHours(2), "sale"),
            JsonSerializer.Deserialize<FreezeRequest>(Assert.Single(control.Requests).Body, JsonSerializerOptions.Web));
    }

    [Theory]
    [InlineData("2026-11-24T06:00", "2026-11-24T05:00:00Z")]
    [InlineData("2026-11-24T06:00Z", "2026-11-24T06:00:00Z")]
    [InlineData("2026-11-24T06:00+05:00", "2026-11-24T01:00:00Z")]
    [InlineData("2026-11-24", "2026-11-23T23:00:00Z")]
    [InlineData("+30m", "2026-11-23T12:30:00Z")]
    [InlineData("3d", "2026-11-26T12:00:00Z")]
    public void Moment_Typed_IsReadOnTheMachinesClock(string text, string expected) =>
        Assert.Equal(
            DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            Moment.Parse(text, "--until", _hand.Time, ahead: true));

    [Fact]
    public async Task Unfreeze_Frozen_SaysSo()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("DELETE /api/freeze", new FreezeView(null, Samples.Revision));

        Assert.Equal("not frozen, revision 1f2e3d4c.42", (await _hand.TypeAsync(control, "unfreeze")).Output.Trim());
    }

    [Fact]
    public async Task TokenCreate_Created_PrintsNothingElseToOutput()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("POST /api/tokens", new CreatedToken("anna", "operator", "secret"), 201);

        var typed = await _hand.TypeAsync(control, "token", "create", "--name", "anna", "--role", "operator");

        Assert.Equal("secret", typed.Output.Trim());
        Assert.Contains("only now", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenRevoke_Known_Succeeds()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("DELETE /api/tokens/anna", null, 204);

        Assert.Equal(0, (await _hand.TypeAsync(control, "token", "revoke", "anna")).ExitCode);
    }

    [Fact]
    public async Task Apply_File_SendsItUnderTheRevisionItWasPlannedOn()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("POST /api/document/plan", new DocumentPlan(Samples.Revision, ["route a added"], []));
        control.Answers("PUT /api/document", new DocumentPlan(new RevisionId("1f2e3d4c", 43), ["route a added"], []));
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), "{}", TestContext.Current.CancellationToken);

        var typed = await _hand.TypeAsync(control, "apply", "--reason", "new route");

        Assert.Equal(0, typed.ExitCode);
        Assert.Equal("\"1f2e3d4c.42\"", control.Requests.Last().IfMatch);
        Assert.Contains("route a added", typed.Output, StringComparison.Ordinal);
        Assert.Contains("applied as revision 1f2e3d4c.43", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_NoFile_SaysHowToMakeOne()
    {
        var typed = await _hand.TypeAsync("plan", "-c", "none.json");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("there is no config file none.json", typed.Error, StringComparison.Ordinal);
        Assert.Contains("hub init", typed.Error, StringComparison.Ordinal);
    }
}
