using System.Globalization;
using Hub.Benchmarks.Running;
using Hub.Running;

namespace Hub.Benchmarks.Gateway;

/// <summary>
/// The gateway beside plain YARP: same upstream, same machine, the two in turn (A B, B A, …), ten pairs. The figure is the
/// ratio of the pairs' p50 and p99; single runs on a shared machine say little.
/// </summary>
internal static class GatewayBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var pairs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 8;
        var connections = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 16;
        using var hub = await HubProcesses.StartAsync(gateways: 1, routes: 0);
        var plain = new Uri($"http://127.0.0.1:{ChildProcess.FreePort()}/");
        await hub.Run(HubProcesses.Benchmarks, "serve", "yarp", $"{plain.Port}", hub.Upstream.ToString()).AnswersAsync(plain);
        var cookie = await CookieAsync(hub.Gateways[0]);

        Task<Wrk> Measure(Uri address, int howLong) => Wrk.RunAsync(address, connections, howLong, cookie);
        await Measure(hub.Gateways[0], seconds);
        await Measure(plain, seconds);
        var (p50, p99) = (new List<double>(), new List<double>());
        for (var pair = 0; pair < pairs; pair++)
        {
            var hubFirst = pair % 2 == 0;
            var first = await Measure(hubFirst ? hub.Gateways[0] : plain, seconds);
            var second = await Measure(hubFirst ? plain : hub.Gateways[0], seconds);
            var (ours, peer) = hubFirst ? (first, second) : (second, first);
            p50.Add(ours.P50 / peer.P50);
            p99.Add(ours.P99 / peer.P99);
            Console.WriteLine(
                $"pair {pair + 1}: hub {ours.P50:0}/{ours.P99:0} µs {ours.RequestsPerSecond:0}/s, plain YARP {peer.P50:0}/{peer.P99:0} µs "
                + $"{peer.RequestsPerSecond:0}/s; p50 ×{p50[^1]:0.000}, p99 ×{p99[^1]:0.000}; failed {ours.Failed}, {peer.Failed}");
        }

        Print("p50", p50);
        Print("p99", p99);
        return 0;
    }

    private static void Print(string name, List<double> ratios)
    {
        var (median, low, high) = Ratios.Of(ratios);
        Console.WriteLine($"hub / plain YARP, {name}: median ×{median:0.000} ({low:0.000} to {high:0.000})");
    }

    /// <summary>A shopper with the hub's cookie, as all but the first request of each has it.</summary>
    private static async Task<string> CookieAsync(Uri gateway)
    {
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false });
        using var answer = await client.GetAsync(gateway);
        return answer.Headers.GetValues("Set-Cookie").First(cookie => cookie.StartsWith("hub=", StringComparison.Ordinal))
            .Split(';')[0];
    }
}
