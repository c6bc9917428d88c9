using System.Diagnostics;
using System.Globalization;
using Hub.Benchmarks.Running;
using Hub.Control.Protocol;

namespace Hub.Benchmarks.Flip;

/// <summary>
/// Flips under load: each committed durably and acknowledged by all gateway planes, while shoppers with cookies send GETs
/// and POSTs over kept-alive connections at a steady rate. Afterwards every answer is judged: it must come from the side
/// that a share says which stood at some moment between its sending and its answer.
/// </summary>
internal static class FlipBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var flips = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000;
        var rate = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1_000;
        var routes = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 0;
        var planes = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 2;
        var seed = arguments.Length > 4 ? int.Parse(arguments[4], CultureInfo.InvariantCulture) : Environment.TickCount;
        Machine.Print();
        Console.WriteLine($"{flips} flips at {rate} requests/s, {routes} routes, {planes} planes, seed {seed}");
        using var hub = await HubProcesses.StartAsync(gateways: planes, routes);
        using var load = await FlipLoad.StartAsync(hub, rate);
        var random = new Random(seed);
        var milliseconds = new List<double>();
        for (var i = 0; i < flips; i++)
        {
            var share = random.Next(0, 101);
            var revision = (await hub.Control.GetGroupAsync("shop")).Revision;
            var sent = Stopwatch.GetTimestamp();
            var result = await hub.Control.ShiftGroupAsync(
                "shop", new ShiftGroup(share, "benchmark", Wait: true), $"\"{revision}\"");
            var acknowledged = Stopwatch.GetTimestamp();
            if (!result.Acknowledged)
            {
                Console.WriteLine($"flip {i} was not acknowledged: {result.Serving}");
                return 1;
            }

            milliseconds.Add(Stopwatch.GetElapsedTime(sent, acknowledged).TotalMilliseconds);
            load.Flipped(sent, acknowledged, share);
            await Task.Delay(random.Next(1, 20));
        }

        var (requests, failed, misplaced) = await load.StopAsync();
        Console.WriteLine();
        Console.WriteLine("Flips committed and acknowledged by all planes, in ms; misplaced: by another share than those that stood.");
        Console.WriteLine();
        Console.WriteLine("| planes | routes | flips | p50 | p99 | longest | requests | failed | misplaced |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {planes} | {routes} | {flips} | {Ratios.Percentile(milliseconds, .5):0.0} | {Ratios.Percentile(milliseconds, .99):0.0} "
            + $"| {milliseconds.Max():0.0} | {requests} | {failed} | {misplaced} |"));
        return failed + misplaced > 0 ? 1 : 0;
    }
}
