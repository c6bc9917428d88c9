using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Configuration;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Pipelines;
using Hub.Migration.Verification;

namespace Hub.Migration.Tests.Verification;

/// <summary>A source and a target with the stream between them, by nothing but the feed, the mapping and the target's session.</summary>
internal sealed class FedTarget : IAsyncDisposable
{
    public const string Dataset = "shop";
    public const string Name = "here";

    /// <summary>A target's name that no other test on the same server has: slots are named by it.</summary>
    public static string RandomName() => $"here{Guid.NewGuid():N}"[..12];

    public static readonly ImmutableArray<string> Tables = ["thing", "blank", "tagged", "sold"];

    /// <summary>Both sides', and both databases': legacy's own spelling of the types is the test's.</summary>
    public const string Columns = """
        "Tables": {
          "thing": { "From": "thing", "Columns": { "id": "id", "code": "code", "amount": { "From": "amount", "As": "Money" }, "at": { "From": "at", "As": "ZonedTime" },
                     "flag": { "From": "flag", "As": "Bool" }, "n": "n", "note": "note" } },
          "blank": { "From": "blank", "Columns": { "id": "id", "name": "name" } },
          "tagged": { "From": "tagged", "Columns": { "tag": "tag", "n": "n" } },
          "sold": { "From": "sold", "Where": { "state": ["paid", "done"] }, "Personal": [ "buyer" ], "Columns": { "id": "id", "state": "state", "buyer": "buyer" } }
        }
        """;

    private readonly CancellationTokenSource _stop = new();
    private readonly IChangeFeed _feed;
    private readonly ITargetSession _session;
    private readonly Task _work;

    private FedTarget(VerifiedTarget target, IChangeFeed feed, ITargetSession session)
    {
        (Target, _feed, _session) = (target, feed, session);
        target.Stream.Waits = null;
        _work = Task.Run(FeedAsync);
    }

    public VerifiedTarget Target { get; }

    /// <summary>Before each batch is applied: where a test holds the stream up.</summary>
    public Func<Task> BeforeApplying { get; set; } = () => Task.CompletedTask;

    public VerificationTable Kept => new(Target.Store, Dataset, Target.Name);

    public static async Task<FedTarget> StartAsync(
        string source, string store, ISourceDatabase database, Func<ITargetStore> open, IChangeFeed feed, IReadOnlyDictionary<string, string> lineages,
        string name = Name, ImmutableArray<string>? from = null, string columns = Columns)
    {
        var (token, sources) = (TestContext.Current.CancellationToken, from ?? Tables);
        var problems = new List<ConfigProblem>();
        var root = ConfigNode.Read(
            $$"""{ "Hub": { "Datasets": { "{{Dataset}}": { "Source": { {{source}}, "Tables": [ "{{string.Join("\", \"", sources)}}" ], "TimeZone": "Europe/Berlin" }, "Targets": { "{{name}}": { {{store}}, {{columns}} } } } } } }""",
            problems);
        var model = DatasetConfigs.Read(root!, "", problems).Single();
        Assert.Empty(problems);
        var tables = await database.DescribeAsync(sources, token);
        var target = open();
        var mapping = await BindAsync(model.Targets.Single(), tables, target);
        var start = await feed.OpenAsync(null, token);
        var session = await target.TakeAsync(
            new TargetRequest(mapping, null, start, lineages, async (table, keys, cancel) => await database.ReadRowsAsync(tables.First(found => found.Name == table), keys, cancel)), token);
        var lineage = await database.ReadLineageAsync(token);
        return new FedTarget(
            new VerifiedTarget(
                Dataset, name, database, tables.ToDictionary(table => table.Name), target, mapping,
                new TargetStream((mark, cancel) => database.WriteWatermarkAsync(Dataset, lineage, mark, DateTimeOffset.UtcNow, cancel))),
            feed, session);
    }

    /// <summary>Compares, and says what differs.</summary>
    public async Task<DifferenceCounts> VerifyAsync(VerificationRequest? request = null)
    {
        await new TargetVerification(Target, request ?? new VerificationRequest { ChunkRows = 7 }, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        return (await Kept.ReadAsync(TestContext.Current.CancellationToken)).Aggregate(default(DifferenceCounts), (sum, table) => sum + table.Known);
    }

    /// <summary>Waits until all that is committed in the source is applied.</summary>
    public async Task CaughtUpAsync()
    {
        using var window = StreamWindow.OfNothing(Target, TimeProvider.System);
        var applied = window.AppliedAsync(await window.MarkAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        // A stream that broke says why.
        await await Task.WhenAny(applied, _work).WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _session.DisposeAsync();
        await _feed.DisposeAsync();
        await Target.Store.DisposeAsync();
        await Target.Source.DisposeAsync();
        _stop.Dispose();
    }

    private static async Task<TargetMapping> BindAsync(TargetModel model, ImmutableArray<DatabaseTable> sources, ITargetStore store)
    {
        var targets = await store.DescribeAsync([.. model.Tables.Select(table => table.Name)], TestContext.Current.CancellationToken);
        var problems = new List<string>();
        var kind = model.Sqlite is null ? TargetKind.Postgres : TargetKind.Sqlite;
        var bound = TableBinding.Bind(model.Tables, sources, targets.Tables, kind, targets.Acting, problems, warnings: []);
        Assert.Empty(problems);
        return bound!;
    }

    private async Task FeedAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var batch = await _feed.ReadAsync(_stop.Token);
            if (batch.Events.IsEmpty)
            {
                continue;
            }

            var mapped = MappedChanges.Map(Target.Mapping, Dataset, batch.Events);
            Target.Stream.Pass(mapped, batch.Next);
            await BeforeApplying();
            await _session.ApplyAsync(new AppliedBatch(mapped, batch.Next, batch.Open), _stop.Token);
            if (!batch.Open)
            {
                Target.Stream.Applied(mapped);
            }
        }
    }
}
