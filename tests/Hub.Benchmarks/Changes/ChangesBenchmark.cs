using System.Diagnostics;
using System.Globalization;
using Hub.Benchmarks.Running;
using Hub.Running.Changes;
using Npgsql;

namespace Hub.Benchmarks.Changes;

/// <summary>
/// The change pipeline from PostgreSQL to PostgreSQL beside COPY and beside Debezium's JDBC sink, everything on this machine. It
/// needs the servers that the tests need (docs/testing.md).
/// </summary>
internal static class ChangesBenchmark
{
    private const int Transaction = 5_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parts = arguments.Where(argument => !int.TryParse(argument, out _)).ToHashSet();
        var thousands = arguments.Select(argument => int.TryParse(argument, out var number) ? number : 0).FirstOrDefault(number => number > 0, 500);
        Machine.Print();
        Console.WriteLine("| what | rows or changes | a second | |\n|---|---|---|---|");
        foreach (var (name, part) in new (string, Func<int, Task>)[]
        {
            ("copy", CopyAsync), ("embedded", EmbeddedAsync), ("kafka", KafkaBenchmark.RunAsync), ("sink", KafkaBenchmark.SinkAsync), ("lag", LagAsync), ("large", LargeAsync),
        })
        {
            if (parts.Count == 0 || parts.Contains(name))
            {
                await part(thousands * 1_000);
            }
        }

        return 0;
    }

    /// <summary>A line of the table.</summary>
    public static void Tell(string what, long count, TimeSpan time, string note = "") => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {count:N0} | {count / time.TotalSeconds:N0} | {note} |"));

    /// <summary>Waits until the plane has applied as many changes since it was started.</summary>
    /// <param name="whole">Measure from now on, not from the first that is seen applied: its start does not count otherwise.</param>
    public static async Task<TimeSpan> AppliedAsync(ChangesRun run, long changes, bool whole = false)
    {
        var time = Stopwatch.StartNew();
        var (first, before) = (TimeSpan.Zero, 0L);
        while (true)
        {
            var applied = (await run.LookAsync())?.Targets.Sum(target => target.Applied) ?? 0;
            if (before == 0 && applied > 0 && !whole)
            {
                (first, before) = (time.Elapsed, applied);
            }

            if (applied >= changes)
            {
                // What came with the first look began before it: the time is that of the rest, for all.
                return before == 0 ? time.Elapsed : (time.Elapsed - first) * (changes / (double)Math.Max(1, changes - before));
            }

            await Task.Delay(20);
        }
    }

    private static async Task CopyAsync(int rows)
    {
        await using var bench = await ChangeBench.CreateAsync();
        foreach (var perTransaction in new[] { rows, Transaction })
        {
            var rate = await bench.CopyAsync(rows, perTransaction);
            Tell($"COPY, {perTransaction:N0} rows a transaction", rows, TimeSpan.FromSeconds(rows / rate));
        }
    }

    private static async Task EmbeddedAsync(int rows)
    {
        await using var bench = await ChangeBench.CreateAsync();
        await bench.InsertAsync(1, rows);
        await using var run = await ChangesRun.StartAsync(bench.Dataset());
        await run.StartPlaneAsync();
        Tell("embedded: copy", rows, await AppliedAsync(run, rows));
        await run.CaughtUpAsync();

        await BacklogAsync(run, "embedded: mixed, from the source's log", rows, () => bench.MixAsync(rows, rows + 1, rows));
        await BacklogAsync(run, "embedded: new rows, from the source's log", rows, () => bench.InsertAsync((2 * rows) + 1, rows));
        await bench.SettledAsync();
        await VerifyAsync(run, rows * 5 / 2);
    }

    /// <summary>What is written while the plane is down, and how soon it is applied once it is there.</summary>
    private static async Task BacklogAsync(ChangesRun run, string what, int changes, Func<Task> write)
    {
        run["migration-1"].Kill();
        await write();
        await run.StartPlaneAsync();
        Tell(what, changes, await AppliedAsync(run, changes));
        await run.CaughtUpAsync();
    }

    private static async Task VerifyAsync(ChangesRun run, long rows)
    {
        var time = Stopwatch.StartNew();
        var said = await run.HubAsync("dataset", "verify", ChangesRun.Dataset, "--wait");
        Tell("verification", rows, time.Elapsed, said.Contains(": verified", StringComparison.Ordinal) ? "" : said.ReplaceLineEndings(" "));
    }

    /// <summary>How long after its commit at legacy a row is seen at New, 1,000 a second.</summary>
    private static async Task LagAsync(int rows)
    {
        const int Seconds = 20, Rate = 1_000, Burst = 20;
        await using var bench = await ChangeBench.CreateAsync();
        await using var run = await ChangesRun.StartAsync(bench.Dataset());
        await run.StartPlaneAsync();
        await run.CaughtUpAsync();

        var committed = new long[(Seconds * Rate) + 1];
        var seen = new long[committed.Length];
        var writing = Task.Run(async () =>
        {
            var time = Stopwatch.StartNew();
            for (var first = 1; first < committed.Length; first += Burst)
            {
                await bench.InsertAsync(first, Burst, Burst);
                Array.Fill(committed, Stopwatch.GetTimestamp(), first, Burst);
                var ahead = TimeSpan.FromSeconds((double)(first + Burst) / Rate) - time.Elapsed;
                await Task.Delay(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            }
        });
        await using var connection = (NpgsqlConnection)await bench.Target.OpenAsync();
        await using var command = new NpgsqlCommand("select coalesce(max(id), 0) from item", connection);
        await command.PrepareAsync();
        for (var last = 0L; last < committed.Length - 1;)
        {
            var newest = (long)(await command.ExecuteScalarAsync())!;
            Array.Fill(seen, Stopwatch.GetTimestamp(), (int)last + 1, (int)(newest - last));
            last = newest;
            await Task.Delay(2);
        }

        await writing;
        var lags = Enumerable.Range(1, committed.Length - 1).Select(id => Math.Max(0, Stopwatch.GetElapsedTime(committed[id], seen[id]).TotalMilliseconds)).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| embedded: lag at {Rate:N0} writes a second | {lags.Count:N0} | | p50 {Ratios.Percentile(lags, 0.5):N0} ms, p99 {Ratios.Percentile(lags, 0.99):N0} ms, longest {lags.Max():N0} ms |"));
    }

    /// <summary>One transaction of ten times as many rows: what the plane's memory makes of it.</summary>
    private static async Task LargeAsync(int rows)
    {
        await using var bench = await ChangeBench.CreateAsync();
        await using var run = await ChangesRun.StartAsync(bench.Dataset());
        await run.StartPlaneAsync();
        await run.CaughtUpAsync();

        // The plane's memory after work of the usual size is what the large transaction is compared with.
        await bench.InsertAsync(1, rows);
        await AppliedAsync(run, rows);
        var before = run["migration-1"].Now.ResidentBytes;
        var most = before;
        using var done = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                most = Math.Max(most, run["migration-1"].Now.ResidentBytes);
                await Task.Delay(100);
            }
        });
        await bench.InsertAsync(rows + 1, rows * 10, rows * 10);
        var time = await AppliedAsync(run, rows * 11L, whole: true);
        await done.CancelAsync();
        await watching;
        Tell("embedded: one transaction, after its commit", rows * 10L, time, string.Create(CultureInfo.InvariantCulture,
            $"resident {before / 1048576.0:N0} MiB before, {most / 1048576.0:N0} MiB at the most: ×{(double)most / before:N2}"));
    }
}
