using System.Globalization;
using Hub.Benchmarks.Running;
using Hub.Town;

namespace Hub.Benchmarks.Gateway;

/// <summary>
/// The gateway beside plain YARP: same upstream, same machine, the two in turn (A B, B A, …), ten pairs. The figure is the
/// ratio of the pairs' p50 and p99; single runs on a shared machine say little. The processor time that each of the two
/// processes used for a request says more there: it doesn't wait in a queue.
/// </summary>
internal static class GatewayBenchmark
{
    /// <summary>Seconds of load before anything counts: until then the compiler takes a fifth of the hub's processor time.</summary>
    private const int WarmUp = 40;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var pairs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 8;
        var connections = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 16;
        Machine.Print();
        using var hub = await HubProcesses.StartAsync(gateways: 1, routes: 0);
        var address = new Uri($"http://127.0.0.1:{FreePorts.Draw()}/");
        var process = hub.Run(HubProcesses.Benchmarks, "serve", "yarp", $"{address.Port}", hub.Upstream.ToString());
        await process.AnswersAsync(address);
        var (ours, plain) = (new Peer("hub", hub.Gateways[0], hub.GatewayProcesses[0]), new Peer("plain YARP", address, process));
        // As a shopper's browser sends them: the hub takes its own out, and leaves the shop's.
        var cookies = $"SHOPSESSION=4b7a1f0c9d2e48d3; {await CookieAsync(ours.Address)}";

        Task<(Wrk Wrk, double Micros)> Measure(Peer peer) => peer.MeasureAsync(connections, seconds, cookies);

        for (var warm = 0; warm < WarmUp; warm += seconds)
        {
            await Measure(ours);
            await Measure(plain);
        }

        var (p50, p99, processor) = (new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair < pairs; pair++)
        {
            var oursFirst = pair % 2 == 0;
            var first = await Measure(oursFirst ? ours : plain);
            var second = await Measure(oursFirst ? plain : ours);
            var (a, b) = oursFirst ? (first, second) : (second, first);
            p50.Add(a.Wrk.P50 / b.Wrk.P50);
            p99.Add(a.Wrk.P99 / b.Wrk.P99);
            processor.Add(a.Micros / b.Micros);
            Console.WriteLine(
                $"pair {pair + 1}: hub {Tell(a)}, plain YARP {Tell(b)}; "
                + $"p50 ×{p50[^1]:0.000}, p99 ×{p99[^1]:0.000}, processor ×{processor[^1]:0.000}");
        }

        Print("p50", p50);
        Print("p99", p99);
        Print("processor time of a request", processor);
        return 0;
    }

    private static string Tell((Wrk Wrk, double Micros) run) =>
        $"{run.Wrk.P50:0}/{run.Wrk.P99:0} µs, {run.Wrk.RequestsPerSecond:0}/s, {run.Micros:0.0} µs of processor, {run.Wrk.Failed} failed";

    private static void Print(string name, List<double> ratios)
    {
        var (median, low, high) = Ratios.Of(ratios);
        Console.WriteLine($"hub / plain YARP, {name}: median ×{median:0.000} ({low:0.000} to {high:0.000})");
    }

    /// <summary>A shopper with the hub's cookie, as all but the first request of each has it.</summary>
    internal static async Task<string> CookieAsync(Uri gateway)
    {
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false });
        using var answer = await client.GetAsync(gateway);
        return answer.Headers.GetValues("Set-Cookie").First(cookie => cookie.StartsWith("hub=", StringComparison.Ordinal))
            .Split(';')[0];
    }
}
