using System.Globalization;
using Hub.Benchmarks.Running;
using Hub.Running;

namespace Hub.Benchmarks.Gateway;

/// <summary>
/// The gateway with all that a shop has on beside no proxy, plain YARP, nginx and haproxy: same upstream, same machine, each in
/// its turn (the order moves on by one a round). Prints a table in Markdown: medians, and their intervals over the rounds.
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
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 8;
        var warmUp = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 40;
        Machine.Print();
        var folder = Directory.CreateTempSubdirectory("hub-peers").FullName;
        using var hub = await HubProcesses.StartAsync(gateways: 1, routes: 0, shop: Shop);
        try
        {
            var peers = new List<(string Name, Uri Address)> { ("no proxy", hub.Upstream) };
            peers.Add(("plain YARP", await StartAsync(port => hub.Run(HubProcesses.Benchmarks, "serve", "yarp", $"{port}", $"{hub.Upstream}"))));
            foreach (var (name, program) in new[] { ("nginx", "/usr/sbin/nginx"), ("haproxy", "/usr/sbin/haproxy") })
            {
                if (File.Exists(program))
                {
                    peers.Add((name, await StartAsync(port => StandardProxies.Start(hub, name, program, folder, port))));
                }
                else
                {
                    Console.WriteLine($"{name} is left out: there is no {program} (apt-get install {name}).");
                }
            }

            peers.Add(("hub", hub.Gateways[0]));
            var cookies = $"SHOPSESSION=4b7a1f0c9d2e48d3; {await GatewayBenchmark.CookieAsync(hub.Gateways[0])}";
            foreach (var (_, address) in peers.Where(_ => warmUp > 0))
            {
                await Wrk.RunAsync(address, 64, warmUp, cookies);
            }

            await MeasureAsync(peers, rounds, seconds, cookies);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Uri> StartAsync(Func<int, ChildProcess> start)
    {
        var port = ChildProcess.FreePort();
        var address = new Uri($"http://127.0.0.1:{port}/");
        await start(port).AnswersAsync(address);
        return address;
    }

    private static async Task MeasureAsync(List<(string Name, Uri Address)> peers, int rounds, int seconds, string cookies)
    {
        Console.WriteLine();
        Console.WriteLine($"{rounds} rounds of {seconds} s each; median (interval), times in µs.");
        Console.WriteLine();
        Console.WriteLine("| connections | | requests/s | p50 | p99 | failed |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var connections in Connections)
        {
            var runs = peers.ToDictionary(peer => peer.Name, _ => new List<Wrk>());
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < peers.Count; i++)
                {
                    var (name, address) = peers[(i + round) % peers.Count];
                    runs[name].Add(await Wrk.RunAsync(address, connections, seconds, cookies));
                }
            }

            foreach (var (name, _) in peers)
            {
                var own = runs[name];
                Console.WriteLine(
                    $"| {connections} | {name} | {Of(own, run => run.RequestsPerSecond)} | {Of(own, run => run.P50)} | {Of(own, run => run.P99)} | {own.Sum(run => run.Failed)} |");
            }
        }
    }

    private static string Of(List<Wrk> runs, Func<Wrk, double> figure)
    {
        var (median, low, high) = Ratios.Of(runs.Select(figure));
        return string.Create(CultureInfo.InvariantCulture, $"{median:0} ({low:0} to {high:0})");
    }
}
