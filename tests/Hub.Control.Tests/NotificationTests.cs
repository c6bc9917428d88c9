using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Control.Notifications;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Hub.Control.Tests.Running;
using Hub.Placement.Config;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class NotificationTests
{
    private static readonly AuditView Shift = new(
        7, DateTimeOffset.UnixEpoch, "anna", "127.0.0.1", "group shift", "catalog", "first <!channel> & quarter", "5 %", "25 %", RevisionId.None);

    [Fact]
    [Trait("Rule", "22")]
    public async Task Flip_ReceiverFailsThenAnswers_IsToldOnceSignedAndWithTheNextCommand()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync(fails: 1);
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(With(receiver, folder));

        await control.ShiftAsync("catalog", 5);
        await Eventually.True(() => receiver.Taken.Any(told => Text(told).Contains("0 % → 5 %", StringComparison.Ordinal)), "the flip is told");

        var told = receiver.Taken.Single(told => Json(told).GetProperty("kind").GetString() == "flip");
        Assert.Equal("hub group rollback catalog", Json(told).GetProperty("next").GetString());
        Assert.Equal($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData("a key"u8, Encoding.UTF8.GetBytes(told.Body)))}", told.Signature);
        Assert.Equal(receiver.Taken.Count, receiver.Taken.Select(each => Json(each).GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    [Trait("Rule", "22")]
    public async Task Flip_ReceiverIsDead_IsNotHeldUpIsToldInStatusWithoutTheAddressAndOutlivesARestart()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync(fails: int.MaxValue);
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(With(receiver, folder));
        await control.ShiftAsync("catalog", 5);

        StatusView status = null!;
        await Eventually.TrueAsync(
            async () => (status = await control.Api.GetStatusAsync(Cancel)).Problems.Any(problem => problem.Contains("notifications to ops", StringComparison.Ordinal)), "status tells it");
        Assert.DoesNotContain("T0KEN", JsonSerializer.Serialize(status), StringComparison.Ordinal);
        Assert.Empty(receiver.Taken);

        await control.StopAsync();
        receiver.Fails = 0;
        await control.StartAsync();
        await Eventually.True(() => receiver.Taken.Any(told => Text(told).Contains("0 % → 5 %", StringComparison.Ordinal)), "it is told after the restart");
    }

    [Theory]
    [Trait("Rule", "22")]
    [InlineData("group shift", "anna", "flip", "hub group rollback catalog")]
    [InlineData("group rollback", "anna", "rollback", "hub group gates catalog")]
    [InlineData("group rollback", "guard", "trip", "hub group show catalog")]
    [InlineData("gate held", "anna", "gate", "hub group gates catalog")]
    [InlineData("plan step", "anna", "plan", "hub group rollback catalog")]
    [InlineData("plan end", "anna", "plan", "hub group show catalog")]
    [InlineData("apply", "anna", "apply", "hub status")]
    [InlineData("freeze", "anna", "freeze", "hub status")]
    public void Of_WhatHappened_SaysWhatToTypeNext(string action, string by, string kind, string next)
    {
        var notification = Notification.Of(Shift with { Action = action, By = by })!;

        Assert.Equal((kind, next), (notification.Kind, notification.Next));
        Assert.Contains(next, notification.Line, StringComparison.Ordinal);
        Assert.Contains(kind, NotificationConfig.AllKinds);
    }

    [Fact]
    public void Of_WhatConcernsNobody_IsNotTold() => Assert.Null(Notification.Of(Shift with { Action = "token create" }));

    [Fact]
    [Trait("Rule", "22")]
    public void Body_OfSlackAndTeams_HasTheirShapeAndWakesNobodyByAReason()
    {
        var notification = Notification.Of(Shift)!;

        var slack = JsonDocument.Parse(NotificationBody.Of(NotificationFormat.Slack, notification)).RootElement.GetProperty("text").GetString()!;
        var card = JsonDocument.Parse(NotificationBody.Of(NotificationFormat.Teams, notification)).RootElement.GetProperty("attachments")[0];

        Assert.Equal("catalog: 5 % → 25 % (first &lt;!channel&gt; &amp; quarter), by anna. Next: hub group rollback catalog", slack);
        Assert.Equal("application/vnd.microsoft.card.adaptive", card.GetProperty("contentType").GetString());
        Assert.Contains("hub group rollback catalog", card.GetProperty("content").GetProperty("body")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "22")]
    public void Trouble_QuarantineThatGrewOrdersInTroubleAndAConnectorThatFails_IsTold()
    {
        var status = new StatusView(
            RevisionId.None, null, [], [], [Dataset("catalog", 3), Dataset("orders", 1)],
            [Connector("erp", "failing"), Connector("crm", "up"), Connector("carrier", "up")], [], [], []);

        var (told, marks) = Trouble.Between(
            new Dictionary<string, long> { ["quarantine catalog"] = 1, ["quarantine orders"] = 1, ["orders"] = 10 },
            new Dictionary<string, string> { ["erp"] = "up", ["crm"] = "failing" }, status,
            [Order("web/3", "dead letter", 30), Order("web/2", "parked", 20), Order("web/1", "parked", 10)], DateTimeOffset.UnixEpoch);

        Assert.Equal(
            [
                ("2 more keys of catalog in quarantine, 3 in all", "hub dataset show catalog"),
                ("web/2 is parked: no stock", "hub order show web/2"),
                ("web/3 is a dead letter: no stock", "hub order show web/3"),
                ("erp is failing: 503; 4 waiting", "hub connector show erp"),
                ("crm is up again", "hub connector show crm"),
            ],
            told.Select(each => (each.Text, each.Next)));
        Assert.Equal((3, 1, 30), (marks["quarantine catalog"], marks["quarantine orders"], marks["orders"]));
        Assert.All(told, each => Assert.Contains(each.Kind, NotificationConfig.AllKinds));
    }

    [Fact]
    public void Trouble_ManyOrdersAtOnce_AreToldInFewAndTheFirstLookIsWhereItBegins()
    {
        var status = new StatusView(RevisionId.None, null, [], [], [Dataset("catalog", 3)], [], [], [], []);
        ImmutableArray<OrderView> orders = [.. Enumerable.Range(1, 200).Select(n => Order($"web/{n}", "parked", n))];

        var (first, marks) = Trouble.Between(new Dictionary<string, long>(), new Dictionary<string, string>(), status, orders, DateTimeOffset.UnixEpoch);
        var (told, _) = Trouble.Between(new Dictionary<string, long> { ["orders"] = 0 }, new Dictionary<string, string>(), status, orders, DateTimeOffset.UnixEpoch);
        var (unknown, kept) = Trouble.Between(marks, new Dictionary<string, string>(), status, null, DateTimeOffset.UnixEpoch);

        Assert.Empty(first);
        Assert.Equal(6, told.Count);
        Assert.Equal(("195 or more other orders are parked or dead letters", "hub order list"), (told[5].Text, told[5].Next));
        Assert.Empty(unknown);
        Assert.DoesNotContain("orders", kept.Keys);
    }

    [Fact]
    [Trait("Rule", "22")]
    public async Task Trouble_ThatPlanesTell_IsSentOnOnce()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync(fails: 0);
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(With(receiver, folder));
        var (quarantined, orders) = (0L, ImmutableArray<OrderView>.Empty);
        await using var migration = await TestPlane.StartAsync(
            control, "mig-1", folder.Of("mig-1"), "migration", app => app.MapGet("/api/datasets", () => new[] { Dataset("catalog", quarantined) }));
        await using var adapters = await TestPlane.StartAsync(control, "ada-1", folder.Of("ada-1"), "adapters", app =>
        {
            app.MapGet("/api/connectors", () => Array.Empty<ConnectorView>());
            app.MapGet("/api/orders", (bool troubled) => troubled ? orders : []);
        });
        await migration.ConnectedAsync();
        await adapters.ConnectedAsync();
        var watch = control.Services.GetServices<IHostedService>().OfType<WatchTrouble>().Single();

        await watch.LookAsync(Cancel);
        (quarantined, orders) = (2, [Order("web/7", "dead letter", 1_000)]);
        await watch.LookAsync(Cancel);
        await watch.LookAsync(Cancel);
        await control.ShiftAsync("catalog", 5);
        await Eventually.True(() => receiver.Taken.Any(told => Text(told).Contains("0 % → 5 %", StringComparison.Ordinal)), "the flip is told, after them");

        Assert.Equal(
            ["2 more keys of catalog in quarantine, 2 in all", "web/7 is a dead letter: no stock"],
            receiver.Taken.Where(told => Json(told).GetProperty("kind").GetString() is "quarantine" or "order").Select(Text));
    }

    [Fact]
    public async Task Apply_KindThatIsNone_IsRefused()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync(fails: 0);
        await using var control = await StartAsync(folder.Path);

        var refused = await Assert.ThrowsAnyAsync<Refit.ApiException>(
            () => control.ApplyAsync(With(receiver, folder).Replace("\"ops\": {", "\"ops\": { \"Kinds\": [ \"flips\" ],", StringComparison.Ordinal)));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    [Trait("Rule", "22")]
    public async Task Waiting_ForAReceiverThatIsDead_IsBoundedAndTheNewest()
    {
        using var folder = new TestFolder();
        await using var receiver = await Receiver.StartAsync(fails: int.MaxValue);
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync(With(receiver, folder));
        var store = control.Services.GetRequiredService<NotificationStore>();
        var targets = control.Services.GetRequiredService<RevisionLog>().Current.Document.Config.Notifications;
        var many = Enumerable.Range(1, NotificationStore.MostWaiting + 10).Select(n => Notification.Of(Shift with { Id = 100_000 + n })!).ToList();

        await store.AddAsync(targets, many, new Dictionary<string, long>());
        var waiting = new List<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                await store.TrimAsync(targets);
                using var connection = control.Services.GetRequiredService<ControlStore>().Open();
                waiting = connection.Query($"SELECT body FROM notification WHERE target = 'ops' ORDER BY id", row => row.GetString(0));
                return waiting.Count == NotificationStore.MostWaiting;
            },
            "no more wait than the bound");

        Assert.Contains(waiting, body => body.Contains("audit-101010", StringComparison.Ordinal));
        Assert.DoesNotContain(waiting, body => body.Contains("audit-100001", StringComparison.Ordinal));
    }

    private static OrderView Order(string key, string state, long at) => new(
        key, state, DateTimeOffset.UnixEpoch, DateTimeOffset.FromUnixTimeMilliseconds(at), "1 EUR", "no stock");

    private static string Text((string Body, string? Signature) told) => Json(told).GetProperty("text").GetString()!;

    private static DatasetView Dataset(string name, long quarantined) => new(
        name, "legacy", "running", 0, 0, null,
        [new DatasetTargetView("one", "1", 1, quarantined, ImmutableSortedDictionary<string, long>.Empty)], []);

    private static ConnectorView Connector(string name, string state) => new(
        name, "town", name, state, new Uri("http://127.0.0.1:1/"), 1, 1, null, "503", 4);

    private static JsonElement Json((string Body, string? Signature) told) => JsonDocument.Parse(told.Body).RootElement;

    private static string With(Receiver receiver, TestFolder folder)
    {
        File.WriteAllText(folder.Of("url"), $"{receiver.Address}T0KEN");
        File.WriteAllText(folder.Of("key"), "a key");
        return Document.Replace(
            "\"Hub\": {",
            $"\"Hub\": {{ \"Notifications\": {{ \"ops\": {{ \"Url\": \"file:{folder.Of("url")}\", \"Key\": \"file:{folder.Of("key")}\" }} }},", StringComparison.Ordinal);
    }

    /// <summary>Takes what it is sent, after it failed so often.</summary>
    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        public int Fails { get; set; }

        public ConcurrentQueue<(string Body, string? Signature)> Taken { get; } = [];

        public Uri Address => new(app.Urls.Single() + "/hooks/");

        public static async Task<Receiver> StartAsync(int fails)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var receiver = new Receiver(app) { Fails = fails };
            app.MapPost("/hooks/T0KEN", async context =>
            {
                if (receiver.Fails-- > 0)
                {
                    context.Response.StatusCode = 503;
                    return;
                }

                using var reader = new StreamReader(context.Request.Body);
                receiver.Taken.Enqueue((await reader.ReadToEndAsync(), context.Request.Headers[NotificationBody.Signature]));
            });
            await app.StartAsync(Cancel);
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
