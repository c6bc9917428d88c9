using System.Net;
using System.Net.Http.Json;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class FlipTests
{
    [Fact]
    [Trait("Rule", "11")]
    public async Task Shift_TwoPlanesLive_AcknowledgedWhenBothServeIt()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var one = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await using var two = await TestPlane.StartAsync(control, "gw-2", folder.Of("gw-2"));
        await one.ConnectedAsync();
        await two.ConnectedAsync();
        await control.ApplyAsync();

        var result = await control.ShiftAsync("catalog", 25, wait: true);

        Assert.True(result.Acknowledged);
        Assert.Equal(new ServingView(2, 2, []).ToString(), result.Serving.ToString());
        Assert.Equal(["catalog: 0 % → 25 %"], result.Changes);
        foreach (var plane in new[] { one, two })
        {
            Assert.Equal(result.Revision, plane.Link.Current!.Id);
            Assert.Equal(2500, plane.Link.Current.Groups["catalog"].Share);
            Assert.Equal(Document, plane.Link.Current.Document);
        }

        var group = await control.Api.GetGroupAsync("catalog", Cancel);
        Assert.Equal((25, false, "admin", "test", 2), (group.Share, group.RolledBack, group.ChangedBy, group.Reason, group.Serving.Planes));
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task Shift_PlaneWentSilent_WaitsForItsLeaseThenNamesIt()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var one = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        var two = await TestPlane.StartAsync(control, "gw-2", folder.Of("gw-2"));
        await one.ConnectedAsync();
        await two.ConnectedAsync();
        await control.ApplyAsync();
        var before = await control.ShiftAsync("catalog", 1, wait: true);
        await two.SilenceAsync();

        var result = await control.ShiftAsync("catalog", 25, wait: true);

        Assert.True(result.Acknowledged);
        Assert.Equal((1, 2), (result.Serving.Planes, result.Serving.Of));
        var silent = Assert.Single(result.Serving.Silent);
        Assert.StartsWith("gw-2 silent since ", silent, StringComparison.Ordinal);
        Assert.EndsWith($"may serve revision {before.Revision}", silent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task Shift_PlaneSaidThatItStops_IsNotWaitedFor()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var one = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        var two = await TestPlane.StartAsync(control, "gw-2", folder.Of("gw-2"));
        await one.ConnectedAsync();
        await two.ConnectedAsync();
        await control.ApplyAsync();
        await two.DisposeAsync();

        var result = await control.ShiftAsync("catalog", 25, wait: true);

        Assert.True(result.Acknowledged);
        Assert.Equal((1, 1), (result.Serving.Planes, result.Serving.Of));
    }

    [Fact]
    public async Task Shift_WithoutIfMatch_IsRefused()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();

        var response = await control.Http.PostAsJsonAsync("/api/groups/catalog/shift", new ShiftGroup(5), Cancel);

        Assert.Equal(HttpStatusCode.PreconditionRequired, (await ProblemAsync(response)).Status);
    }

    [Fact]
    public async Task Shift_DecidedOnAnOlderRevision_IsRefusedAndChangesNothing()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        var seen = await control.RevisionAsync();
        await control.ShiftAsync("catalog", 5);

        var (status, _, detail) = await ProblemAsync(await PostAsync(control, "/api/groups/catalog/shift", """{"share":50}""", $"\"{seen}\""));

        Assert.Equal(HttpStatusCode.PreconditionFailed, status);
        Assert.Contains(seen.ToString(), detail, StringComparison.Ordinal);
        Assert.Equal(5, (await control.Api.GetGroupAsync("catalog", Cancel)).Share);
    }

    [Theory]
    [InlineData("""{"share":101}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"share":-1}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"share":0.001}""", HttpStatusCode.BadRequest)]
    [InlineData("""{}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"share":25,"dryrn":true}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"share":""", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    public async Task Shift_BadBody_IsAProblemAndChangesNothing(string body, HttpStatusCode expected)
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        var revision = await control.RevisionAsync();

        var (status, title, detail) = await ProblemAsync(await PostAsync(control, "/api/groups/catalog/shift", body, $"\"{revision}\""));

        Assert.Equal(expected, status);
        Assert.NotEmpty(title);
        Assert.NotEmpty(detail);
        Assert.Equal(revision, await control.RevisionAsync());
    }

    [Fact]
    public async Task Shift_DryRun_SaysItAndChangesNothing()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        var revision = await control.RevisionAsync();

        var result = await control.Api.ShiftGroupAsync("catalog", new ShiftGroup(25, DryRun: true), $"\"{revision}\"", Cancel);

        Assert.Equal(["catalog: 0 % → 25 %"], result.Changes);
        Assert.Equal(revision, await control.RevisionAsync());
    }

    [Fact]
    public async Task Shift_UnknownGroup_NamesThoseThatExist()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();

        var (status, _, detail) = await ProblemAsync(
            await PostAsync(control, "/api/groups/nope/shift", """{"share":25}""", $"\"{await control.RevisionAsync()}\""));

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("catalog, checkout", detail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "14")]
    public async Task Freeze_Set_RefusesShiftAndMovingApplyButNoRollback()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await control.ShiftAsync("catalog", 25);
        var moved = Document.Replace("\"product\": { \"Reads\": [ \"catalog\" ] }", "", StringComparison.Ordinal)
            .Replace("\"cart\": { \"Writes\"", "\"product\": { \"Reads\": [ \"catalog\" ] }, \"cart\": { \"Writes\"", StringComparison.Ordinal);
        var harmless = Document.Replace("127.0.0.1:2", "127.0.0.1:3", StringComparison.Ordinal);
        await control.Api.FreezeAsync(new FreezeRequest(TimeProvider.System.GetUtcNow().AddHours(1), "sale"), Cancel);
        var revision = $"\"{await control.RevisionAsync()}\"";

        var shift = await ProblemAsync(await PostAsync(control, "/api/groups/catalog/shift", """{"share":50}""", revision));
        using var apply = JsonContent.Create(new ApplyDocument(moved, "hub.json"));
        using var put = new HttpRequestMessage(HttpMethod.Put, "/api/document") { Content = apply };
        put.Headers.TryAddWithoutValidation("If-Match", revision);
        var document = await ProblemAsync(await control.Http.SendAsync(put, Cancel));
        await control.ApplyAsync(harmless);
        var rollback = await control.Api.RollbackGroupAsync("catalog", new RollbackGroup(Reason: "worse"), Cancel);

        Assert.Equal(HttpStatusCode.Conflict, shift.Status);
        Assert.Equal(HttpStatusCode.Conflict, document.Status);
        Assert.Contains("route product: group catalog → checkout", document.Detail, StringComparison.Ordinal);
        Assert.Equal(["catalog: 25 % → rolled back (0 %)"], rollback.Changes);
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task Shift_ManyDecidedOnOneRevision_OneIsMade()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        var revision = $"\"{await control.RevisionAsync()}\"";

        var answers = await Task.WhenAll(Enumerable.Range(1, 12).Select(share =>
            PostAsync(control, "/api/groups/catalog/shift", $"{{\"share\":{share}}}", revision)));

        Assert.Single(answers, answer => answer.IsSuccessStatusCode);
        Assert.Equal(11, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    [Theory]
    [Trait("Rule", "14")]
    [InlineData("\"search\": { }")]
    [InlineData("\"search\": { \"Declared\": \"New\" }", "added Hub.Groups.more")]
    [InlineData("\"search\": { \"Writes\": [ \"log\" ] }", "added Hub.Groups.more")]
    public async Task Plan_NewGroup_IsAFlipOnlyWhereItSendsSomethingToNewAtOnce(string routes, params string[] flips)
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var before = Document.Replace("\"catalog\": {},", "\"catalog\": {}, \"log\": { \"Owner\": \"New\" },", StringComparison.Ordinal);
        await control.ApplyAsync(before);
        var after = before.Replace(
            "\"Groups\": {", $"\"Groups\": {{ \"more\": {{ \"New\": \"new\", \"Routes\": {{ {routes} }} }},", StringComparison.Ordinal);

        var plan = await control.Api.PlanDocumentAsync(new ApplyDocument(after, "hub.json"), Cancel);

        Assert.Equal(flips, plan.Flips);
    }

    [Fact]
    [Trait("Rule", "14")]
    public async Task Plan_WrittenInOtherCase_IsTheSameFlip()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var lower = Document.Replace("\"Hub\"", "\"hub\"", StringComparison.Ordinal).Replace("\"Groups\"", "\"groups\"", StringComparison.Ordinal);
        await control.ApplyAsync(lower);

        var plan = await control.Api.PlanDocumentAsync(new ApplyDocument(
            lower.Replace("\"Reads\": [ \"catalog\" ]", "\"Declared\": \"New\"", StringComparison.Ordinal), "hub.json"), Cancel);

        Assert.NotEmpty(plan.Flips);
    }

    [Fact]
    [Trait("Rule", "13")]
    public async Task Rollback_OldRevisionOrTwice_IsNeverRefusedAndVoidsOlderPins()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        await control.ApplyAsync();
        await control.ShiftAsync("catalog", 25);

        var first = await control.Api.RollbackAllAsync(new RollbackGroup(Wait: true), Cancel);
        var second = await control.Api.RollbackGroupAsync("catalog", new RollbackGroup(Evacuate: true, Wait: true), Cancel);

        Assert.Equal(2, first.Changes.Length);
        var groups = plane.Link.Current!.Groups;
        Assert.Equal(new GroupState(0, second.Revision.Number, second.Revision.Number, true), groups["catalog"]);
        Assert.Equal(new GroupState(0, first.Revision.Number, 0, true), groups["checkout"]);
    }

    [Fact]
    [Trait("Rule", "13")]
    public async Task Shift_AfterRollback_KeepsOlderPinsVoid()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        await control.ApplyAsync();
        var rollback = await control.Api.RollbackGroupAsync("catalog", new RollbackGroup(), Cancel);

        await control.ShiftAsync("catalog", 0.5m, wait: true);

        Assert.Equal(new GroupState(50, rollback.Revision.Number), plane.Link.Current!.Groups["catalog"]);
    }

    [Fact]
    public async Task Apply_PlaneCanNotTakeTheDocument_RollbackReachesItAllTheSame()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        await control.ApplyAsync();
        await control.ShiftAsync("catalog", 25, wait: true);
        plane.Judge = revision => revision.Document!.Contains("127.0.0.1:9", StringComparison.Ordinal) ? ["no such secret"] : [];
        await control.ApplyAsync(Document.Replace("127.0.0.1:2", "127.0.0.1:9", StringComparison.Ordinal));

        await control.Api.RollbackGroupAsync("catalog", new RollbackGroup(), Cancel);

        await Eventually.True(() => plane.Link.Current!.Groups["catalog"].RolledBack, "the rollback is in force");
        Assert.Equal(Document, plane.Link.Current!.Document);
        await Eventually.TrueAsync(
            async () => (await control.Api.GetPlanesAsync(Cancel)).Single().Problems.Contains("no such secret"), "control knows what is wrong");
        Assert.Equal(0, (await control.Api.GetGroupAsync("catalog", Cancel)).Serving.Planes);
    }

    [Fact]
    public async Task Apply_GroupAbsentForARevision_ComesBackAtShareZero()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await control.ShiftAsync("catalog", 25);
        var without = Document.Replace("\"catalog\": { \"New\": \"new\", \"Routes\": { \"product\": { \"Reads\": [ \"catalog\" ] } } },", "", StringComparison.Ordinal);

        var plan = await control.ApplyAsync(without);
        await control.ApplyAsync();

        Assert.Contains("removed Hub.Groups.catalog", plan.Flips);
        Assert.Equal(0, (await control.Api.GetGroupAsync("catalog", Cancel)).Share);
    }

    [Fact]
    public async Task Apply_WrongDocument_TellsAllProblemsWithLinesAndKeepsTheLastOne()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        var revision = await control.RevisionAsync();
        var wrong = Document.Replace("\"Reads\"", "\"Raeds\"", StringComparison.Ordinal).Replace("\"Held\": \"per", "\"Held\": \"per no", StringComparison.Ordinal);

        using var put = new HttpRequestMessage(HttpMethod.Put, "/api/document") { Content = JsonContent.Create(new ApplyDocument(wrong, "shop.json")) };
        put.Headers.TryAddWithoutValidation("If-Match", $"\"{revision}\"");
        var (status, title, detail) = await ProblemAsync(await control.Http.SendAsync(put, Cancel));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("2 problems", title, StringComparison.Ordinal);
        Assert.Contains("shop.json:15", detail, StringComparison.Ordinal);
        Assert.Contains("Raeds", detail, StringComparison.Ordinal);
        Assert.Equal(revision, await control.RevisionAsync());
    }

    [Fact]
    public async Task DocumentFile_ChangedAndWrong_LastGoodOneStaysAndStatusTells()
    {
        using var folder = new TestFolder();
        var file = folder.Of("hub.json");
        await File.WriteAllTextAsync(file, Document, Cancel);
        await using var control = await StartAsync(folder.Of("control"), documentFile: file);
        var applied = await control.RevisionAsync();

        await File.WriteAllTextAsync(file, "{", Cancel);

        await Eventually.TrueAsync(
            async () => (await control.Api.GetStatusAsync(Cancel)).Problems.Any(problem => problem.Contains(file, StringComparison.Ordinal)), "it is told");
        Assert.Equal(applied, await control.RevisionAsync());
        await File.WriteAllTextAsync(file, Document + "\n", Cancel);
        await Eventually.TrueAsync(async () => await control.RevisionAsync() != applied, "the corrected file is applied");
    }

    private static async Task<HttpResponseMessage> PostAsync(TestControl control, string path, string body, string ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await control.Http.SendAsync(request, Cancel);
    }
}
