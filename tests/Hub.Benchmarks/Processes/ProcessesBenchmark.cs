using System.Collections.Concurrent;
using System.Globalization;
using Hub.Adapters;
using Hub.Benchmarks.Running;
using Hub.Processes;
using Hub.Processes.Postgres;
using Hub.Processes.Sqlite;
using Hub.Servers;
using Hub.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Benchmarks.Processes;

/// <summary>
/// Orders through the store of processes: three effects each that are begun on disk before they are run, at vendors that answer at once. How many a minute
/// it can do, and at a given pace how long lies between a message's arrival and the call that it causes.
/// </summary>
internal static class ProcessesBenchmark
{
    private static readonly string[] Steps = ["book", "ship", "confirm"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var orders = arguments.Number(0, 3000);
        var pace = arguments.Number(1, 1000);
        var seconds = arguments.Number(2, 15);
        Console.WriteLine($"| store | orders/min, all at once ({orders}) | at {pace}/min for {seconds} s: added, median | p99 | longest |");
        Console.WriteLine("|---|---|---|---|---|");
        var folder = Directory.CreateTempSubdirectory("hub-processes-");
        var seal = new KeyFolder(Path.Combine(folder.FullName, "keys")).Texts;
        try
        {
            await MeasureAsync("SQLite", () => new SqliteProcessStore(new SqliteFile(Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.db")), TimeProvider.System, seal), orders, pace, seconds);
            if (Environment.GetEnvironmentVariable("HUB_TEST_POSTGRES") is not { Length: > 0 })
            {
                Console.Error.WriteLine("HUB_TEST_POSTGRES is not set: PostgreSQL is left out (docs/testing.md says how to start one).");
                return 0;
            }

            await using var server = await TestDatabase.PostgresAsync("hub_processes");
            await using var store = new PostgresProcessStore($"{server.ConnectionString};Pooling=true", TimeProvider.System, seal);
            await MeasureAsync("PostgreSQL", () => store, orders, pace, seconds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(string what, Func<IProcessStore> open, int orders, int pace, int seconds)
    {
        var store = open();
        using var flood = new Walk(store, "flood");
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < orders; i += 50)
        {
            await store.ReceiveAsync([.. Enumerable.Range(i, Math.Min(50, orders - i)).Select(flood.Order)], null, CancellationToken.None);
        }

        await flood.UntilAsync(orders);
        var perMinute = orders / TimeProvider.System.GetElapsedTime(began).TotalMinutes;

        using var steady = new Walk(store, "steady");
        var wanted = pace * seconds / 60;
        using (var timer = new PeriodicTimer(TimeSpan.FromMinutes(1.0 / pace), TimeProvider.System))
        {
            for (var i = 0; i < wanted; i++)
            {
                await timer.WaitForNextTickAsync();
                await store.ReceiveAsync(steady.Order(i), CancellationToken.None);
            }
        }

        await steady.UntilAsync(wanted);
        var added = steady.Added.Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {perMinute:0} | {added[added.Count / 2].TotalMilliseconds:0.0} ms | {added[added.Count * 99 / 100].TotalMilliseconds:0.0} ms | {added[^1].TotalMilliseconds:0.0} ms |"));
    }

    /// <summary>A pump of its own, and when each order's last message came.</summary>
    private sealed class Walk : IDisposable
    {
        private readonly IProcessStore _store;
        private readonly string _name;
        private readonly ProcessPump _pump;
        private readonly ConcurrentDictionary<string, long> _came = new();
        private int _ended;

        public Walk(IProcessStore store, string name)
        {
            (_store, _name) = (store, name);
            _pump = new ProcessPump(
                store, [new ProcessDefinition(name, Handle)], Steps.Select(Runner), new ProcessOptions(), TimeProvider.System, NullLogger<ProcessPump>.Instance);
            _ = _pump.StartAsync(CancellationToken.None);
        }

        public ConcurrentQueue<TimeSpan> Added { get; } = [];

        public ProcessMessage Order(int number)
        {
            _came[$"{number}"] = TimeProvider.System.GetTimestamp();
            return new ProcessMessage(_name, $"{number}", "received", "next", "0");
        }

        public async Task UntilAsync(int orders)
        {
            while (Volatile.Read(ref _ended) < orders)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }

            await _pump.StopAsync(CancellationToken.None);
        }

        public void Dispose() => _pump.Dispose();

        private ProcessDecision Handle(string? state, ProcessMessage message)
        {
            var step = int.Parse(message.Body, CultureInfo.InvariantCulture);
            if (step == Steps.Length)
            {
                Interlocked.Increment(ref _ended);
                return new ProcessDecision(message.Body, "ended", null, "Ended.", [], []);
            }

            return new ProcessDecision(message.Body, "walks", null, $"Step {step}.", [new ProcessEffect(Steps[step], $"{step + 1}")], []);
        }

        private EffectRunner Runner(string kind) => new(kind, (call, _) =>
        {
            Added.Enqueue(TimeProvider.System.GetElapsedTime(_came[call.Key]));
            _came[call.Key] = TimeProvider.System.GetTimestamp();
            return Task.FromResult<EffectOutcome>(new EffectOutcome.Finished("done", new EffectReply("next", call.Body)));
        })
        {
            LookUp = (_, _) => Task.FromResult<EffectOutcome>(new EffectOutcome.Absent()),
            GivenUp = (_, _, _) => null,
        };
    }
}
