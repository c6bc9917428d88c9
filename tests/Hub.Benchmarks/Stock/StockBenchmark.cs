using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Hub.Adapters;
using Hub.Adapters.Stock;
using Hub.Adapters.Stock.Store;
using Hub.Benchmarks.Running;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Processes.Sqlite;
using Hub.Servers;
using Hub.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Benchmarks.Stock;

/// <summary>
/// Changes of stock, taken in as fast as the store takes them and told to a channel that takes five calls a second with fifty articles each: how many
/// are told at all, how many calls come in any second, and whether the last value of each article is the last told.
/// </summary>
internal static class StockBenchmark
{
    private const int PageSize = 500;
    private const int BatchSize = 50;
    private const double CallsPerSecond = 5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var changes = arguments.Number(0, 100_000);
        var articles = arguments.Number(1, 2_000);
        Console.WriteLine($"| store | {changes} changes of {articles} articles taken in | values told | calls | most calls in a second | all told after | wrong at the end |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var folder = Directory.CreateTempSubdirectory("hub-stock-");
        try
        {
            await MeasureAsync("SQLite", new SqliteStockDatabase(new SqliteFile(Path.Combine(folder.FullName, "stock.db"))), folder.FullName, changes, articles);
            if (Environment.GetEnvironmentVariable("HUB_TEST_POSTGRES") is not { Length: > 0 })
            {
                Console.Error.WriteLine("HUB_TEST_POSTGRES is not set: PostgreSQL is left out (docs/testing.md says how to start one).");
                return 0;
            }

            await using var server = await TestDatabase.PostgresAsync("hub_stock");
            await using var database = new PostgresStockDatabase($"{server.ConnectionString};Pooling=true");
            await MeasureAsync("PostgreSQL", database, folder.FullName, changes, articles);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(string what, IStockDatabase database, string folder, int changes, int articles)
    {
        var stock = new StockStore(database, TimeProvider.System);
        var keys = new KeyFolder(Path.Combine(folder, "keys"));
        var turns = new SqliteProcessStore(new SqliteFile(Path.Combine(folder, $"{what}-turns.db")), TimeProvider.System, keys.Texts);
        var channel = new Channel();
        await stock.SetChannelsAsync([Channel.Told], CancellationToken.None);
        await using var teller = new ChannelTeller(channel.Port, stock, turns, "one", TimeProvider.System, NullLogger.Instance);
        var random = new Random(1);
        var last = new Dictionary<Sku, int>();
        var began = TimeProvider.System.GetTimestamp();
        var read = await stock.BeginReadAsync("owner", CancellationToken.None);
        for (var change = 0; change < changes; change += PageSize)
        {
            var page = Enumerable.Range(0, Math.Min(PageSize, changes - change))
                .Select(_ => new StockLevel(Sku.Parse($"A-{random.Next(articles)}"), random.Next(1000))).ToList();
            page.ForEach(level => last[level.Sku] = level.Available);
            await stock.TakeLevelsAsync(read, page, CancellationToken.None);
        }

        var taken = TimeProvider.System.GetElapsedTime(began);
        while (await stock.NextDueAsync(Channel.Told.Name, Channel.Told.Kind, CancellationToken.None) is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        var all = TimeProvider.System.GetElapsedTime(began);
        var wrong = last.Count(level => channel.Held.GetValueOrDefault(level.Key.Text) != $"{level.Value}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {taken.TotalSeconds:0.0} s, {changes / taken.TotalSeconds:0}/s | {channel.Values} | {channel.Calls.Count} | {channel.MostInASecond()} of {CallsPerSecond} | {all.TotalSeconds:0.0} s | {wrong} of {last.Count} |"));
    }

    /// <summary>A channel that answers after a tenth of a second and counts.</summary>
    private sealed class Channel
    {
        public static readonly ToldChannel Told = new("channel", ToldChannel.Stock);
        private int _values;

        public ConcurrentDictionary<string, string> Held { get; } = new();

        public ConcurrentQueue<long> Calls { get; } = [];

        public int Values => _values;

        public ChannelPort Port => new(Told, this, BatchSize, CallsPerSecond, async (tellings, cancel) =>
        {
            Calls.Enqueue(TimeProvider.System.GetTimestamp());
            Interlocked.Add(ref _values, tellings.Length);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
            foreach (var telling in tellings)
            {
                Held[telling.Sku.Text] = telling.Value;
            }

            return new CallOutcome<ImmutableArray<NotTaken>>.Done([]);
        })
        {
            Timeout = TimeSpan.FromSeconds(10),
            Window = TimeSpan.FromSeconds(30),
        };

        public int MostInASecond()
        {
            var calls = Calls.Order().ToList();
            return calls.Max(call => calls.Count(other => other >= call && TimeProvider.System.GetElapsedTime(call, other) < TimeSpan.FromSeconds(1)));
        }
    }
}
