using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class GatedFlipTests
{
    private static readonly string Gated = Document.Replace(
        "\"catalog\": { \"New\"", "\"catalog\": { \"Gates\": { \"Samples\": 0 }, \"New\"", StringComparison.Ordinal);

    [Fact]
    [Trait("Rule", "20")]
    public async Task Shift_AGateIsHeld_IsRefusedWithWhatIsMissingAndAudited()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(Gated);

        var refused = await PostAsync(control, "shift", new ShiftGroup(5));
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("no gateway plane is connected", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("candidate", problem.GetProperty("gates")[0].GetProperty("gate").GetString());
        Assert.Equal("gate held", (await control.Api.GetAuditAsync(1, Cancel))[0].Action);
        Assert.Equal(0, (await control.Api.GetGroupAsync("catalog", Cancel)).Share);
        Assert.Contains((await control.Api.GetGatesAsync("catalog", 5, Cancel)).Gates, gate => gate is { Gate: "candidate", Open: false });
    }

    [Fact]
    [Trait("Rule", "22")]
    public async Task Shift_Forced_NeedsAReasonWhichStaysInTheAuditTrail()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(Gated);

        var without = await PostAsync(control, "shift", new ShiftGroup(5, Force: true));
        var with = await PostAsync(control, "shift", new ShiftGroup(5, "the demo is at noon", Force: true));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (without.StatusCode, with.StatusCode));
        var row = (await control.Api.GetAuditAsync(1, Cancel))[0];
        Assert.Equal(("group shift", "the demo is at noon"), (row.Action, row.Reason));
        Assert.Contains("forced past: no gateway plane is connected", row.After, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "22")]
    public async Task Shift_FromNoneToAll_JumpsOverAStageAndIsHeld()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(Document.Replace(
            "\"catalog\": { \"New\"", "\"catalog\": { \"Gates\": { \"Samples\": 0, \"Candidate\": false }, \"New\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(control, "shift", new ShiftGroup(100))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(control, "shift", new ShiftGroup(50))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(control, "shift", new ShiftGroup(100))).StatusCode);
    }

    [Fact]
    [Trait("Rule", "13")]
    public async Task RollbackAndLowering_WithEveryGateHeld_GoThrough()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(Gated);
        await PostAsync(control, "shift", new ShiftGroup(50, "test", Force: true));

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(control, "shift", new ShiftGroup(10))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(control, "rollback", new RollbackGroup())).StatusCode);
    }

    [Fact]
    [Trait("Rule", "20")]
    public async Task Apply_ThatMovesRequestsOfAGatedGroup_IsGatedLikeAFlip()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(Gated);
        await PostAsync(control, "shift", new ShiftGroup(5, "test", Force: true));
        var wider = Gated.Replace("\"product\": { \"Reads\": [ \"catalog\" ] }", "\"product\": {}, \"search\": {}", StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<Refit.ValidationApiException>(() => control.ApplyAsync(wider));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        await control.Api.ApplyDocumentAsync(new ApplyDocument(wider, "hub.json", "a test", Force: true), $"\"{await control.RevisionAsync()}\"", Cancel);

        Assert.Contains("forced past", (await control.Api.GetAuditAsync(1, Cancel))[0].After, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "20")]
    public async Task Shift_ParityIsAskedFor_IsHeldUntilTheMigrationPlaneTellsThatNewHoldsWhatLegacyHolds()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(Document
            .Replace("\"catalog\": { \"New\"", "\"catalog\": { \"Gates\": { \"Samples\": 0, \"Candidate\": false, \"Lag\": \"01:00:00\", \"Parity\": { \"Within\": \"02:00:00\" } }, \"New\"", StringComparison.Ordinal)
            .Replace("\"Datasets\": { \"catalog\": {}", "\"Datasets\": { \"catalog\": { \"Source\": {}, \"Targets\": {} }", StringComparison.Ordinal));
        var parity = new DatasetParity("catalog", null, 0, 0, 0, 0);
        await using var plane = await TestPlane.StartAsync(
            control, "migration-1", folder.Of("migration-1"), "migration",
            report: report => report with { Applied = ImmutableSortedDictionary<string, DateTimeOffset>.Empty.Add("catalog", DateTimeOffset.UtcNow), Parity = [parity] });

        await Eventually.TrueAsync(async () => await HeldAsync() is "catalog was never verified: hub dataset verify catalog", "the gate says what to type");
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(control, "shift", new ShiftGroup(5))).StatusCode);
        parity = parity with { VerifiedAt = DateTimeOffset.UtcNow, Missing = 1 };
        await Eventually.TrueAsync(async () => await HeldAsync() is { } words && words.Contains("1 rows are missing", StringComparison.Ordinal), "differences hold it");
        parity = parity with { Missing = 0 };
        await Eventually.TrueAsync(async () => await HeldAsync() is null, "it is open");

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(control, "shift", new ShiftGroup(5))).StatusCode);

        async Task<string?> HeldAsync() => (await control.Api.GetGatesAsync("catalog", 5, Cancel)).Gates.FirstOrDefault(gate => !gate.Open && gate.Gate == "parity")?.Words;
    }

    [Fact]
    public async Task Shift_OfAGroupWithoutGates_IsNotGated()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(Gated);

        Assert.Equal(100, (await control.ShiftAsync("checkout", 100), (await control.Api.GetGroupAsync("checkout", Cancel)).Share).Share);
        Assert.Empty((await control.Api.GetGatesAsync("checkout", cancellationToken: Cancel)).Gates);
    }

    private static async Task<HttpResponseMessage> PostAsync<T>(TestControl control, string verb, T body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/groups/catalog/{verb}") { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{await control.RevisionAsync()}\"");
        return await control.Http.SendAsync(request, Cancel);
    }
}
