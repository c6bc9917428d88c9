using System.Globalization;
using Hub.Benchmarks.Running;
using Hub.Running;
using Hub.Town;

namespace Hub.Benchmarks.Gateway;

/// <summary>
/// The gateway with all that a shop has on beside no proxy, plain YARP, nginx and haproxy: same upstream, same machine, each in
/// its turn (the order moves on by one a round). Prints a table in Markdown: medians, and their intervals over the rounds. The
/// processor time is the proxy's (all of its workers), or the upstream's where there is none.
/// </summary>
internal static class PeersBenchmark
{
    private static readonly int[] Connections = [1, 64, 256];

    /// <summary>Limits that count and never refuse: what they cost is the question.</summary>
    private const string Shop =
        """
        "Customer": { "Cookies": [ "SHOPSESSION" ] },
        "Limits": {
          "Client": { "Requests": 1000000, "Per": "00:00:01" }, "Key": { "Requests": 1000000, "Per": "00:00:01" },
          "Gateway": { "Most": 10000 }, "Legacy": { "Most": 10000 }, "New": { "Most": 10000 } },
        "Boundary": { "Hosts": [ "127.0.0.1" ] },
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 6;
        var warmUp = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 20;
        Machine.Print();
        var folder = Directory.CreateTempSubdirectory("hub-peers").FullName;
        using var hub = await HubProcesses.StartAsync(gateways: 1, routes: 0, shop: Shop);
        try
        {
            var peers = new List<Peer>
            {
                new("no proxy", hub.Upstream, hub.UpstreamProcess),
                await StartAsync("plain YARP", port => hub.Run(HubProcesses.Benchmarks, "serve", "yarp", $"{port}", $"{hub.Upstream}")),
            };
            foreach (var (name, program) in new[] { ("nginx", "/usr/sbin/nginx"), ("haproxy", "/usr/sbin/haproxy") })
            {
                if (File.Exists(program))
                {
                    peers.Add(await StartAsync(name, port => StandardProxies.Start(hub, name, program, folder, port)));
                }
                else
                {
                    Console.WriteLine($"{name} is left out: there is no {program} (apt-get install {name}).");
                }
            }

            peers.Add(new("hub", hub.Gateways[0], hub.GatewayProcesses[0]));
            var cookies = $"SHOPSESSION=4b7a1f0c9d2e48d3; {await GatewayBenchmark.CookieAsync(hub.Gateways[0])}";
            foreach (var peer in peers.Where(_ => warmUp > 0))
            {
                await peer.MeasureAsync(64, warmUp, cookies);
            }

            await MeasureAsync(peers, rounds, seconds, cookies);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Peer> StartAsync(string name, Func<int, ChildProcess> start)
    {
        var port = FreePorts.Draw();
        var address = new Uri($"http://127.0.0.1:{port}/");
        var process = start(port);
        await process.AnswersAsync(address);
        return new Peer(name, address, process);
    }

    private static async Task MeasureAsync(List<Peer> peers, int rounds, int seconds, string cookies)
    {
        Console.WriteLine();
        Console.WriteLine($"{rounds} rounds of {seconds} s each; median (interval), times in µs. Processor: of the proxy, for a request.");
        Console.WriteLine();
        Console.WriteLine("| connections | | requests/s | p50 | p99 | processor | failed |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var connections in Connections)
        {
            var runs = peers.ToDictionary(peer => peer.Name, _ => new List<(Wrk Wrk, double Micros)>());
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < peers.Count; i++)
                {
                    var peer = peers[(i + round) % peers.Count];
                    runs[peer.Name].Add(await peer.MeasureAsync(connections, seconds, cookies));
                }
            }

            foreach (var own in peers.Select(peer => (peer.Name, Runs: runs[peer.Name])))
            {
                Console.WriteLine(
                    $"| {connections} | {own.Name} | {Of(own.Runs, run => run.Wrk.RequestsPerSecond)} | {Of(own.Runs, run => run.Wrk.P50)} "
                    + $"| {Of(own.Runs, run => run.Wrk.P99)} | {Of(own.Runs, run => run.Micros, "0.0")} | {own.Runs.Sum(run => run.Wrk.Failed)} |");
            }
        }
    }

    private static string Of(List<(Wrk Wrk, double Micros)> runs, Func<(Wrk Wrk, double Micros), double> figure, string format = "0")
    {
        var (median, low, high) = Ratios.Of(runs.Select(figure));
        return $"{Text(median)} ({Text(low)} to {Text(high)})";

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
