using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Hub.Control.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Refit;

namespace Hub.Migration.Tests;

public sealed class MigrationPlaneTests : IAsyncDisposable
{
    private readonly TownFiles _town = new(withNew: false);
    private readonly ConcurrentQueue<OutboxMessage> _posted = new();
    private MigrationPlane _plane;
    private volatile bool _refuse;
    private volatile string _poison = "";

    public MigrationPlaneTests() => _plane = Plane();

    public async ValueTask DisposeAsync()
    {
        await _plane.StopAsync(CancellationToken.None);
        _plane.Dispose();
        _town.Dispose();
    }

    [Fact]
    public async Task Datasets_OfADocument_AreCopiedAndThenFollowed()
    {
        _town.MakeNew();
        _town.Legacy("INSERT INTO Category VALUES(1, 'Pots', NULL, 1); INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'Teapot', 19.9)");
        Assert.Empty(await TakeAsync(TownFiles.Document));

        await Until(() => Price() == "19.90");
        _town.Legacy("UPDATE Product SET Price = 21");
        await Until(() => Price() == "21.00");
        await Until(() => View("catalog") is { State: "running", LagEvents: 0, LagSeconds: 0, AppliedAt: not null, Problems.IsEmpty: true });
        var view = View("catalog");
        Assert.Equal(["product", "pricing"], view.Targets.Select(target => target.Name));
        Assert.Equal(1, view.Targets[0].Rows["product"]);
        Assert.Equal("legacy", view.Owner);
        Assert.Equal("held per customer", View("carts").State);
    }

    [Fact]
    public async Task Resume_WithVerify_FindsWhatTheGapLost()
    {
        _town.MakeNew();
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'Teapot', 19.9), (2, 'b', 'Pan', 30)");
        await TakeAsync(TownFiles.Document);
        await Until(() => _town.Rows("new-pricing.db", "SELECT product_id FROM price") is ["1", "2"]);
        var pipeline = _plane.Standing.Pipelines["catalog"];
        var pricing = pipeline.Targets.Single(target => target.Target.Name == "pricing");
        await pricing.PauseAsync("Changes are missing.", CancellationToken.None);
        await Until(() => View("catalog").State == "paused");
        _town.Write("new-pricing.db", "DELETE FROM price WHERE product_id = 2");

        await pipeline.ResumeAsync(pricing, snapshot: false, verify: true, CancellationToken.None);

        await Until(() => View("catalog").Targets.Single(target => target.Name == "pricing") is { Differences: 1, VerifiedAt: not null });
        Assert.Equal(["1"], _town.Rows("new-pricing.db", "SELECT product_id FROM price"));
    }

    [Fact]
    public async Task AppliedTime_OfAnIdleDataset_PassesOn()
    {
        _town.MakeNew();
        await TakeAsync(TownFiles.Document);
        await Until(() => View("inventory").AppliedAt is not null);
        var first = View("inventory").AppliedAt;

        await Until(() => View("inventory").AppliedAt > first);
    }

    [Fact]
    [Trait("Rule", "8")]
    public async Task Applied_SaidOfADataset_NamesNoTimeBeforeEveryTargetIsCopiedAndThenPassesOn()
    {
        await TakeAsync(TownFiles.Document);
        Assert.Empty(_plane.Applied());
        _town.MakeNew();
        await Until(() => _plane.Applied().ContainsKey("catalog"));
        var first = _plane.Applied()["catalog"];

        await Until(() => _plane.Applied()["catalog"] > first);
        Assert.DoesNotContain("carts", _plane.Applied().Keys);
    }

    [Fact]
    public async Task TargetThatIsNotThereYet_IsWaitedForWithWords()
    {
        await TakeAsync(TownFiles.Document);
        await Until(() => View("catalog") is { State: "waiting" } view && view.Problems.Any(problem => problem.Contains("There is no", StringComparison.Ordinal)));
        _town.Write("new-pricing.db", "CREATE TABLE other (id INTEGER)");
        await Until(() => View("catalog").Problems.Any(problem => problem.Contains("has no table price yet", StringComparison.Ordinal)));

        _town.MakeNew();
        await Until(() => View("catalog").State == "running");
    }

    [Fact]
    public async Task Orders_ArePostedInOrderUntilTaken()
    {
        _town.MakeNew();
        _refuse = true;
        await TakeAsync(TownFiles.Document);
        await Until(() => View("orders").State == "running");
        PlaceOrders(1, 2, 3);
        await Until(() => View("orders").Problems.Any(problem => problem.Contains("not taken: adapters are down", StringComparison.Ordinal)));
        Assert.Empty(_posted);
        _refuse = false;
        await Until(() => _posted.Count == 3);

        Assert.Equal(["shop/N1", "shop/N2", "shop/N3"], _posted.Select(message => message.Key));
        Assert.All(_posted, message => Assert.Equal(("order", "orders"), (message.Kind, message.Dataset)));
        await Until(() => _town.Rows("new-order.db", "SELECT 1 FROM hub_outbox WHERE posted_ms IS NULL").Length == 0);
        await RestartAsync();
        await Until(() => View("orders").State == "running");
        Assert.Equal(3, _posted.Count);
    }

    [Fact]
    public async Task Order_ThatIsRefused_HoldsUpNoOtherAndIsTold()
    {
        _town.MakeNew();
        _poison = "shop/N1";
        await TakeAsync(TownFiles.Document);
        PlaceOrders(1, 2);

        await Until(() => _posted.Any(message => message.Key == "shop/N2"));
        await Until(() => View("orders").Problems.Any(problem => problem.Contains("shop/N1", StringComparison.Ordinal) && problem.Contains("This is no order", StringComparison.Ordinal)));
        _poison = "";
        await RestartAsync();
        await Until(() => _posted.Any(message => message.Key == "shop/N1"));
    }

    [Fact]
    public async Task Orders_OfAReceiverThatWasRestored_ArePostedAgain()
    {
        _town.MakeNew();
        await TakeAsync(TownFiles.Document);
        PlaceOrders(1, 2, 3);
        await Until(() => _posted.Count == 3);
        await Until(() => _town.Rows("new-order.db", "SELECT 1 FROM hub_outbox WHERE posted_ms IS NULL").Length == 0);
        _posted.Clear();
        await RestartAsync();

        await Until(() => _posted.Count == 3);
        Assert.Equal(["shop/N3", "shop/N2", "shop/N1"], _posted.Select(message => message.Key));
    }

    [Fact]
    public async Task Capture_ThatAConfigLeftBehindWhileThePlaneWasDown_IsTold()
    {
        _town.MakeNew();
        await TakeAsync(TownFiles.Document);
        await Until(() => View("customers").State == "running");
        await RestartAsync(TownFiles.Document.Replace("\"customers\": {", "\"buyers\": {", StringComparison.Ordinal));

        Assert.Contains("the capture of a dataset customers", Assert.Single(_plane.Standing.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_WithProblems_ChangesNothing()
    {
        _town.MakeNew();
        await TakeAsync(TownFiles.Document);
        var pipelines = _plane.Standing.Pipelines;
        var problems = await TakeAsync(TownFiles.Document.Replace("\"money\"", "\"gold\"", StringComparison.Ordinal));

        Assert.Contains("'gold' is not one of", problems[0], StringComparison.Ordinal);
        Assert.Same(pipelines, _plane.Standing.Pipelines);
    }

    [Fact]
    public async Task Document_ThatChangesOneDataset_LeavesTheOthersRunning()
    {
        _town.MakeNew();
        await TakeAsync(TownFiles.Document);
        var before = _plane.Standing.Pipelines;
        await TakeAsync(TownFiles.Document.Replace("\"EUR\"", "\"CHF\"", StringComparison.Ordinal));
        var after = _plane.Standing.Pipelines;

        Assert.NotSame(before["catalog"], after["catalog"]);
        Assert.Same(before["orders"], after["orders"]);
        Assert.Same(before["customers"], after["customers"]);
    }

    [Fact]
    public async Task DatasetThatIsGone_TakesItsCaptureOutOfLegacy()
    {
        _town.MakeNew();
        await TakeAsync(TownFiles.Document);
        await Until(() => View("customers").State == "running");
        await TakeAsync("{}");

        Assert.Empty(_plane.Standing.Pipelines);
        Assert.Empty(_town.Rows("legacy.db", "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name <> 'hub_watermark_update'"));
    }

    [Fact]
    public async Task Writes_WhileThePlaneIsRestartedAgainAndAgain_AllArrive()
    {
        _town.MakeNew();
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, 's' || i, 'P', i FROM n");
        await TakeAsync(TownFiles.Document);
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 150; i++)
        {
            var id = 1 + random.Next(3000);
            _town.Legacy(random.Next(3) switch
            {
                0 => $"DELETE FROM Product WHERE Id = {id}",
                1 => $"UPDATE Product SET Price = {i} WHERE Id < {id} AND Id > {id} - 50",
                _ => $"UPDATE Product SET Id = {3001 + i} WHERE Id = {id}",
            });
            if (i % 30 == 29)
            {
                await RestartAsync();
            }
        }

        await Until(() => _town.Rows("new-pricing.db", "SELECT product_id, amount FROM price ORDER BY product_id")
            .SequenceEqual(_town.Rows("legacy.db", "SELECT Id, printf('%.2f', Price) FROM Product ORDER BY Id")));
    }

    private string Price() => _town.Rows("new-pricing.db", "SELECT amount FROM price").SingleOrDefault() ?? "";

    private DatasetView View(string name)
    {
        var standing = _plane.Standing;
        return DatasetViews.MakeAsync(
            standing.Wanted.Single(dataset => dataset.Name == name), standing.Pipelines.GetValueOrDefault(name), elsewhere: null, revision: null, TimeProvider.System.GetUtcNow(),
            CancellationToken.None).GetAwaiter().GetResult();
    }

    private MigrationPlane Plane() => new(
        new MigrationOptions { Folder = _town.Folder },
        async (message, _) =>
        {
            if (_refuse)
            {
                throw new HttpRequestException("adapters are down");
            }

            if (message.Key == _poison)
            {
                using var answer = new HttpResponseMessage(HttpStatusCode.UnprocessableEntity) { Content = new StringContent("This is no order") };
                throw await ApiException.Create(new HttpRequestMessage(), HttpMethod.Post, answer, new RefitSettings());
            }

            if (_posted.Any(known => known.Key == message.Key))
            {
                return false;
            }

            _posted.Enqueue(message);
            return true;
        },
        OneTarget.Metrics,
        TimeProvider.System,
        NullLogger<MigrationPlane>.Instance);

    private void PlaceOrders(params int[] ids)
    {
        foreach (var id in ids)
        {
            _town.Legacy(
                $"""
                INSERT INTO Orders VALUES({id}, 'N{id}', NULL, 'a@b.test', 'paid', 5, 'EUR', 'web', NULL, 'A', 'S', 'C', 'Z', 'DE', '2026-01-15 12:00:00', NULL);
                INSERT INTO OrderLine VALUES({id}, {id}, 1, 's', 'P', 1, 5);
                """);
        }
    }

    private async Task RestartAsync(string? document = null)
    {
        await _plane.StopAsync(CancellationToken.None);
        _plane.Dispose();
        _plane = Plane();
        await TakeAsync(document ?? TownFiles.Document);
    }

    private ValueTask<ImmutableArray<string>> TakeAsync(string document) => _plane.TakeAsync(
        new Revision(
            new RevisionId("00000001", 1), DateTimeOffset.UnixEpoch, "", document, ImmutableSortedDictionary<string, GroupState>.Empty,
            ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], new PlaneKeys([], [])),
        CancellationToken.None);

    private static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }
}
