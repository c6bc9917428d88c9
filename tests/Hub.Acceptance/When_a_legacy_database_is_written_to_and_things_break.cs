using System.Globalization;
using Hub.Running.Changes;
using Hub.Servers;

namespace Hub.Acceptance;

/// <summary>
/// Random writers work in legacy's database while the hub, Kafka, Kafka Connect and New's database are killed and come again, a
/// second plane joins and leaves, and a column is added: afterwards New holds what legacy holds. MariaDB's tables are copied by signal.
/// </summary>
/// <remarks><c>HUB_CHANGES_SECONDS</c> is for how long; the seed is printed.</remarks>
public sealed class When_a_legacy_database_is_written_to_and_things_break(ITestOutputHelper output)
{
    private const int Writers = 4, PerSecond = 60;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("HUB_CHANGES_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 25);

    [Theory]
    [InlineData("Postgres", false)]
    [InlineData("Postgres", true)]
    [InlineData("MariaDb", true)]
    public async Task Should_bring_all_of_it_to_new(string source, bool kafka)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("HUB_CHANGES_SEED"), CultureInfo.InvariantCulture, out var wanted) ? wanted : Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var bySignal = source == "MariaDb";
        var dialect = source == "Postgres" ? LegacyDialect.Postgres : LegacyDialect.MariaDb;
        string[] legacyServers = [.. kafka ? new[] { "kafka", "connect" } : [], dialect == LegacyDialect.Postgres ? "postgres" : "mariadb"];
        await using var legacyServer = await InfraTool.StartAsync(legacyServers, new() { ["CONNECT_FLUSH_MS"] = "2000" });
        await using var targetServer = await InfraTool.StartAsync(["postgres"]);
        var legacy = new LegacyDatabase(dialect, dialect == LegacyDialect.Postgres ? legacyServer.Postgres : legacyServer.MariaDb, targetServer.Postgres);
        await legacy.CreateAsync();

        // What is there before the first copy.
        using (var before = new CancellationTokenSource(TimeSpan.FromSeconds(2)))
        {
            await WriteAsync(legacy, seed, 100, 0, before.Token);
        }

        await using var run = await ChangesRun.StartAsync(DatasetOf(legacy, kafka ? legacyServer : null, bySignal));
        var faults = new ChangeFaults(run, legacy, legacyServer, targetServer, kafka, new Random(seed), output.WriteLine);
        try
        {
            await faults.PrepareAsync();
            await run.StartPlaneAsync();
            using var stop = new CancellationTokenSource(Length);
            var writing = WriteAsync(legacy, seed, 0, PerSecond, stop.Token);
            if (bySignal)
            {
                // In the middle of the connector's own copy.
                await faults.BreakAsync("connect");
            }

            await faults.RunAsync(stop.Token);
            output.WriteLine($"{await writing} transactions");
            await faults.MendAsync();
            await run.CaughtUpAsync(TimeSpan.FromMinutes(4));

            Assert.Empty(await legacy.DifferencesAsync());
            Assert.Equal(0, (await run.LookAsync())!.Targets.Sum(target => target.Quarantined));
            Assert.Contains($"{ChangesRun.Dataset}: verified", await run.HubAsync("dataset", "verify", ChangesRun.Dataset, "--wait"), StringComparison.Ordinal);
        }
        catch (Exception e) when (e is not TimeoutException)
        {
            output.WriteLine(run.Tail());
            throw;
        }
    }

    private static async Task<long> WriteAsync(LegacyDatabase legacy, int seed, int firstWriter, int perSecond, CancellationToken stop)
    {
        var written = await Task.WhenAll(Enumerable.Range(firstWriter, Writers).Select(async number =>
        {
            await using var connection = legacy.Open();
            await connection.OpenAsync(CancellationToken.None);
            var writer = new RandomWriter(connection, legacy.Dialect, seed, number);
            await writer.RunAsync(stop, perSecond);
            return writer.Committed;
        }));
        return written.Sum();
    }

    private static string DatasetOf(LegacyDatabase legacy, InfraTool? kafka, bool bySignal) => $$"""
        {
          "Source": {
            "{{legacy.Dialect.Source}}": { "Connection": "{{(kafka is null ? legacy.Connection : legacy.HubConnection)}}" },
            {{(kafka is null ? "" : $$"""
              "Kafka": { "Bootstrap": "{{kafka.Kafka}}", "Connect": "{{kafka.Connect}}" },
              """)}}
            "Tables": [ "customer", "orders", "order_line" ], "TimeZone": "{{LegacyDialect.Zone}}"{{(bySignal ? """, "Snapshot": { "By": "signal", "ChunkRows": 50 }""" : "")}}
          },
          "Targets": { "shop": { "Postgres": { "Connection": "{{legacy.Target}}" }, "Tables": {{LegacyDialect.Mapping}} } }
        }
        """;
}
