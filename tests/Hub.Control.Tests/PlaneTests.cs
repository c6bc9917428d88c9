using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class PlaneTests
{
    private static readonly PlaneRollback Rollback = new(
        Guid.NewGuid(), "catalog", Evacuate: true, "anna", "control is down", new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    [Trait("Rule", "8")]
    public async Task AppliedTime_ThatAMigrationPlaneReports_ReachesGatewaysWithItsAge()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var gateway = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await using var migration = await TestPlane.StartAsync(control, "mig", folder.Of("mig"), "migration");
        await gateway.ConnectedAsync();
        await migration.ConnectedAsync();
        var upTo = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
        using var http = control.AsPlane();

        using var answer = await http.PostAsJsonAsync(
            "api/planes/mig/report",
            new PlaneReport("mig", RevisionId.None, [], [], ApiToken: migration.Link.ApiToken, Applied: ImmutableSortedDictionary<string, DateTimeOffset>.Empty.Add("orders", upTo)),
            Cancel);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await Eventually.True(() => gateway.Link.Signals?.Signals.Applied.ContainsKey("orders") == true, "it is told");
        var first = gateway.Link.Signals!.Signals.Applied["orders"];
        Assert.Equal(upTo, first.UpTo);
        await Eventually.True(() => gateway.Link.Signals!.Signals.Applied["orders"].AgeSeconds > first.AgeSeconds, "it gets older while nobody says it again");
        Assert.Null(migration.Link.Signals);
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task OwnRollback_ControlDown_SurvivesRestartAndIsAdoptedOnceForAllPlanes()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var other = await TestPlane.StartAsync(control, "gw-2", folder.Of("gw-2"));
        var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        await other.ConnectedAsync();
        await control.ApplyAsync();
        var flip = await control.ShiftAsync("catalog", 25, wait: true);
        await control.StopAsync();

        await plane.Link.AddRollbackAsync(Rollback, Cancel);

        var next = flip.Revision.Number + 1;
        var rolledBack = new GroupState(0, next, next, RolledBack: true);
        Assert.Equal(rolledBack, plane.Link.Current!.Groups["catalog"]);
        Assert.Equal(new GroupState(0), plane.Link.Current.Groups["checkout"]);

        await plane.SilenceAsync();
        plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        Assert.Equal(rolledBack, plane.Link.Current!.Groups["catalog"]);
        Assert.Equal(Rollback.Id, Assert.Single(plane.Link.Rollbacks).Id);

        await control.StartAsync();
        await Eventually.True(() => other.Link.Current!.Groups["catalog"].RolledBack, "all planes have it");
        await Eventually.True(() => plane.Link.Rollbacks.IsEmpty, "the plane let go of its own");
        await plane.SilenceAsync();
        plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();

        var audit = (await control.Api.GetAuditAsync(100, Cancel)).Where(row => row.Action == "group rollback").ToList();
        var row = Assert.Single(audit);
        Assert.Equal(("anna", "plane gw-1", "catalog", "control is down", "25 %"), (row.By, row.From, row.Subject, row.Reason, row.Before));
        var shifted = await control.ShiftAsync("catalog", 1, wait: true);
        Assert.True(shifted.Acknowledged);
        Assert.Equal(100, plane.Link.Current!.Groups["catalog"].Share);
        await plane.DisposeAsync();
    }

    [Fact]
    [Trait("Rule", "12")]
    public void OwnRollback_MoreRevisionsCome_WinsOverThemUntilAdopted()
    {
        using var folder = new TestFolder();
        var own = new OwnRollbacks(folder.Path);
        var revision = new Revision(
            new RevisionId("aaaaaaaa", 7), DateTimeOffset.UnixEpoch, "", null,
            ImmutableSortedDictionary<string, GroupState>.Empty.Add("catalog", new GroupState(2500)).Add("checkout", new GroupState(100)),
            ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], new PlaneKeys([], []));
        own.Add(Rollback with { Group = null, Evacuate = false });

        var reread = new OwnRollbacks(folder.Path);
        reread.Load();

        Assert.All(reread.MergeInto(revision).Groups.Values, group => Assert.Equal(new GroupState(0, 8, 0, true), group));
        Assert.Equal(revision.Groups, reread.MergeInto(revision with { AdoptedRollbacks = [Rollback.Id] }).Groups);
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task Start_ControlDown_ServesTheCopyAndSaysSo()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        await control.ApplyAsync();
        var flip = await control.ShiftAsync("catalog", 25, wait: true);
        await plane.SilenceAsync();
        await control.StopAsync();

        plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));

        Assert.Equal(flip.Revision, plane.Link.Current!.Id);
        Assert.Equal(Document, plane.Link.Current.Document);
        Assert.False(plane.Link.Ready.IsCompleted);
        Assert.False(plane.Link.ControlReachable);
        await plane.Link.Ready.WaitAsync(Cancel);
        Assert.Contains(plane.Link.Problems, problem => problem.Contains("out of reach", StringComparison.Ordinal)
            && problem.Contains($"copy of revision {flip.Revision}", StringComparison.Ordinal));
        await plane.DisposeAsync();
        await control.StartAsync();
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task Start_DocumentOnDiskDamaged_TakesItFromControlAgain()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        await control.ApplyAsync();
        await control.ShiftAsync("catalog", 25, wait: true);
        await plane.SilenceAsync();
        await File.WriteAllTextAsync(Directory.GetFiles(folder.Of("gw-1"), "document-*.json").Single(), "{", Cancel);

        plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();

        Assert.Equal(Document, plane.Link.Current!.Document);
        await plane.DisposeAsync();
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task Store_RestoredFromAnOlderCopy_DrawsANewEpochAndPlanesTakeItsState()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await control.ShiftAsync("catalog", 5);
        await control.StopAsync();
        File.Copy(folder.Of("control.db"), folder.Of("older.db"));
        await control.StartAsync();
        await using var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        await control.ShiftAsync("catalog", 50);
        var lost = await control.ShiftAsync("catalog", 75, wait: true);
        await control.StopAsync();
        File.Copy(folder.Of("older.db"), folder.Of("control.db"), overwrite: true);

        await control.StartAsync();
        await Eventually.True(() => plane.Link.Current!.Id.Epoch != lost.Revision.Epoch, "a new epoch is served");

        var revision = await control.RevisionAsync();
        Assert.True(revision.Number > lost.Revision.Number);
        Assert.Equal(500, plane.Link.Current!.Groups["catalog"].Share);
        Assert.Contains(await control.Api.GetAuditAsync(100, Cancel), row => row.Action == "epoch" && row.From == "plane gw-1");
    }

    [Fact]
    [Trait("Rule", "12")]
    public async Task Store_RestoredAndWentOnPastThePlane_IsFoundOutByTheStamp()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await control.StopAsync();
        File.Copy(folder.Of("control.db"), folder.Of("older.db"));
        await control.StartAsync();
        var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        var lost = await control.ShiftAsync("catalog", 75, wait: true);
        await plane.DisposeAsync();
        await control.StopAsync();
        File.Copy(folder.Of("older.db"), folder.Of("control.db"), overwrite: true);
        await control.StartAsync();
        var other = await control.ShiftAsync("catalog", 10);
        Assert.Equal(lost.Revision, other.Revision);

        plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();

        Assert.NotEqual(lost.Revision.Epoch, (await control.RevisionAsync()).Epoch);
        Assert.Equal(1000, plane.Link.Current!.Groups["catalog"].Share);
        await plane.DisposeAsync();
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task Shift_ControlRestartedAndAPlaneDiedMeanwhile_WaitsForItsLeaseThenNamesIt()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var one = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        var two = await TestPlane.StartAsync(control, "gw-2", folder.Of("gw-2"));
        await one.ConnectedAsync();
        await two.ConnectedAsync();
        await control.ApplyAsync();
        await control.StopAsync();
        await two.SilenceAsync();
        await control.StartAsync();
        await Eventually.TrueAsync(
            async () => (await control.Api.GetGroupAsync("catalog", Cancel)).Serving.Planes == 1, "gw-1 is connected again");

        var result = await control.ShiftAsync("catalog", 25, wait: true);

        Assert.True(result.Acknowledged);
        Assert.Equal((1, 2), (result.Serving.Planes, result.Serving.Of));
        Assert.StartsWith("gw-2 silent since", Assert.Single(result.Serving.Silent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hello_OtherProtocol_IsRefusedWithWhatToUpgrade()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var http = control.AsPlane();

        foreach (var (protocol, upgrade) in new[] { (ProtocolVersion.Current + 1, "Upgrade control"), (0, "Upgrade the plane gw-9") })
        {
            var response = await http.PostAsJsonAsync("/api/planes", Hello("gw-9") with { Protocol = protocol }, Cancel);
            var (status, _, detail) = await ProblemAsync(response);
            Assert.Equal(HttpStatusCode.UpgradeRequired, status);
            Assert.Contains(upgrade, detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hello_NameOfAPlaneThatStands_IsRefused()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        using var http = control.AsPlane();

        var (status, title, _) = await ProblemAsync(await RefusedAsync(http, Hello("gw-1")));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("A plane named gw-1 is connected", title);
    }

    [Fact]
    public async Task Hello_SecondAdaptersPlane_IsRefused()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var plane = await TestPlane.StartAsync(control, "adapters-1", folder.Of("adapters-1"), "adapters");
        await plane.ConnectedAsync();
        using var http = control.AsPlane();

        var (status, title, detail) = await ProblemAsync(await RefusedAsync(http, Hello("adapters-2") with { Role = "adapters" }));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("The adapters plane adapters-1 is connected", title);
        Assert.Contains("stop that one", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("store-1", HttpStatusCode.OK)]
    [InlineData("store-2", HttpStatusCode.Conflict)]
    [InlineData("", HttpStatusCode.Conflict)]
    public async Task Hello_SecondAdaptersPlane_IsTakenWhereItSharesTheStore(string store, HttpStatusCode wanted)
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var http = control.AsPlane();
        using var one = await HelloAsync(http, Hello("adapters-1") with { Role = "adapters", Store = "store-1" });
        using var other = await HelloAsync(http, Hello("adapters-2") with { Role = "adapters", Store = store });

        Assert.Equal((HttpStatusCode.OK, wanted), (one.StatusCode, other.StatusCode));
    }

    private static Task<HttpResponseMessage> HelloAsync(HttpClient http, PlaneHello hello) => http.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/api/planes") { Content = JsonContent.Create(hello) }, HttpCompletionOption.ResponseHeadersRead, Cancel);

    [Fact]
    [Trait("Rule", "11")]
    public async Task Hello_OfAPlaneThatHoldsTheRevision_IsNoReportThatItServesIt()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        using var http = control.AsPlane();
        using var hello = new HttpRequestMessage(HttpMethod.Post, "/api/planes")
        {
            Content = JsonContent.Create(Hello("gw-9") with { Holds = await control.RevisionAsync() }),
        };

        using var stream = await http.SendAsync(hello, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var serving = (await control.Api.GetGroupAsync("catalog", Cancel)).Serving;

        Assert.Equal((0, 1), (serving.Planes, serving.Of));
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task Report_OfAnInstanceThatWasReplaced_DoesNotSpeakForItsSuccessor()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        using var http = control.AsPlane();
        var report = new PlaneReport("gw-1", RevisionId.None, [], [], Stopping: true, ApiToken: "of the one before");

        var (status, _, _) = await ProblemAsync(await http.PostAsJsonAsync("/api/planes/gw-1/report", report, Cancel));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.True((await control.Api.GetPlanesAsync(Cancel)).Single().Live);
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task Plane_ThatControlTookForStopped_SaysHelloAgain()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var plane = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await plane.ConnectedAsync();
        using var http = control.AsPlane();
        var report = new PlaneReport("gw-1", RevisionId.None, [], [], Stopping: true, ApiToken: plane.Link.ApiToken);

        (await http.PostAsJsonAsync("/api/planes/gw-1/report", report, Cancel)).EnsureSuccessStatusCode();

        await Eventually.TrueAsync(
            async () => (await control.Api.GetPlanesAsync(Cancel)).Any(known => known.Live && known.Plane == "gw-1"), "control knows gw-1 again");
    }

    [Fact]
    public async Task Forwarded_PlaneStands_AnswersUnderItsOwnTokenOnly()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var (missing, _, detail) = await ProblemAsync(await control.Http.GetAsync("/api/datasets", Cancel));
        DatasetView dataset = new("catalog", "legacy", "running", 0, 0, null, [], []);
        await using var plane = await TestPlane.StartAsync(
            control, "mig-1", folder.Of("mig-1"), "migration", app => app.MapGet("/api/datasets", () => new[] { dataset }).RequirePlaneToken());
        await plane.ConnectedAsync();

        var forwarded = await control.Api.GetDatasetsAsync(Cancel);
        var status = await control.Api.GetStatusAsync(Cancel);
        using var direct = new HttpClient();
        var refused = await direct.GetAsync(new Uri(plane.Link.Options.Api(), "/api/datasets"), Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, missing);
        Assert.Contains("hub run --roles migration", detail, StringComparison.Ordinal);
        Assert.Equal("catalog", Assert.Single(forwarded).Name);
        Assert.Equal("catalog", Assert.Single(status.Datasets).Name);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Requests_OneGatewayDoesNotAnswer_OthersDoAndItIsNamed()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var early = Entry("a", 1);
        var late = Entry("b", 2);
        await using var one = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"), api: app => app.MapGet("/api/requests", () => new[] { early, late }));
        await using var two = await TestPlane.StartAsync(control, "gw-2", folder.Of("gw-2"));
        await one.ConnectedAsync();
        await two.ConnectedAsync();

        var response = await control.Http.GetAsync("/api/requests?customer=x", Cancel);

        var entries = await response.Content.ReadFromJsonAsync<LedgerEntry[]>(JsonSerializerOptions.Web, Cancel);
        Assert.Equal(["b", "a"], entries!.Select(entry => entry.Id));
        Assert.Equal(["gw-2"], response.Headers.GetValues("Hub-Incomplete"));
    }

    [Fact]
    public async Task Slugs_AskedForByAPlane_AreForwardedToTheMigrationPlaneAndToldToNobodyElse()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var migration = await TestPlane.StartAsync(
            control, "migration", folder.Of("migration"), "migration",
            api: app => app.MapGet("/api/slugs/{table}", (string table, string? since) => $"{table} since {since}"));
        await using var gateway = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await migration.ConnectedAsync();
        await gateway.ConnectedAsync();

        using var answer = await gateway.Link.Api.GetSlugsAsync("shop", "e.7", Cancel);
        var nobody = await control.Http.GetAsync("/api/slugs/shop", Cancel);

        Assert.Equal("shop since e.7", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.Forbidden, nobody.StatusCode);
    }

    private static LedgerEntry Entry(string id, int second) => new(
        id, DateTimeOffset.UnixEpoch.AddSeconds(second), "gw-1", "GET", "/", 200, null, null, "legacy", "share", null, null, "::1", 1, "sample");

    // On a machine that stalls for seconds a plane that stands connects again, and another may come between.
    private static async Task<HttpResponseMessage> RefusedAsync(HttpClient http, PlaneHello hello)
    {
        HttpResponseMessage? answer = null;
        await Eventually.TrueAsync(
            async () =>
            {
                answer?.Dispose();
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/planes") { Content = JsonContent.Create(hello) };
                answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                return answer.StatusCode != HttpStatusCode.OK;
            },
            $"{hello.Plane} is refused");
        return answer!;
    }

    private static PlaneHello Hello(string name) => new(
        name, "gateway", ProtocolVersion.Current, "1", new Uri("http://127.0.0.1:9"), "token", RevisionId.None, "", []);
}
