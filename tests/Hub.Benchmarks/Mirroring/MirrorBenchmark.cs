using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hub.Benchmarks.Running;
using Hub.Control.Protocol;
using Hub.Town;

namespace Hub.Benchmarks.Mirroring;

/// <summary>
/// What mirroring costs the answering side's clients (SAFETY.md 16): the gateway with mirroring off beside the same with
/// all requests mirrored to a side that is slow (2 s), dead (refuses) or hanging (accepts and never answers), in turn. The
/// figure is the ratio of the pairs' p99. With <c>--minutes N</c>, N at least 1, the memory of the gateway instead, under full
/// load with all mirrored to a side that answers: at a fifth of the time (minute 2 of 10) and at its end.
/// </summary>
internal static class MirrorBenchmark
{
    private const int WarmUp = 10, Connections = 16;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (pairs, seconds, minutes) = (10, 4, 0);
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
            (pairs, seconds, minutes) = arguments[i] switch
            {
                "--pairs" => (value, seconds, minutes),
                "--seconds" => (pairs, value, minutes),
                "--minutes" => (pairs, seconds, value),
                var other => throw new ArgumentException($"{other} is not known: --pairs, --seconds, --minutes"),
            };
        }

        Machine.Print();
        if (minutes > 0)
        {
            await WatchMemoryAsync(minutes);
            return 0;
        }

        var rows = new List<string>();
        foreach (var kind in new[] { "slow", "dead", "hanging" })
        {
            rows.Add(await CompareAsync(kind, pairs, seconds));
        }

        Console.WriteLine();
        Console.WriteLine($"{pairs} pairs of {seconds} s each, {Connections} connections; mirrored over not mirrored, median (interval).");
        Console.WriteLine();
        Console.WriteLine("| the other side | p50 | p99 | failed, mirrored | failed, not | copies it got |");
        Console.WriteLine("|---|---|---|---|---|---|");
        rows.ForEach(Console.WriteLine);
        return 0;
    }

    /// <returns>A row of the table.</returns>
    private static async Task<string> CompareAsync(string kind, int pairs, int seconds)
    {
        using var side = await MirrorSide.StartAsync(kind);
        using var hub = await HubProcesses.StartAsync(gateways: 1, routes: 0, newSide: side.Port, group: Everything);
        for (var warm = 0; warm < WarmUp; warm += 2 * seconds)
        {
            await MeasureAsync(hub, mirrored: false, seconds);
            await MeasureAsync(hub, mirrored: true, seconds);
        }

        var (p50, p99) = (new List<double>(), new List<double>());
        var (failedOn, failedOff) = (0L, 0L);
        for (var pair = 0; pair < pairs; pair++)
        {
            var first = await MeasureAsync(hub, mirrored: pair % 2 == 0, seconds);
            var second = await MeasureAsync(hub, mirrored: pair % 2 != 0, seconds);
            var (on, off) = pair % 2 == 0 ? (first, second) : (second, first);
            p50.Add(on.P50 / off.P50);
            p99.Add(on.P99 / off.P99);
            (failedOn, failedOff) = (failedOn + on.Failed, failedOff + off.Failed);
            Console.WriteLine(
                $"{kind} {pair + 1}: mirrored {on.P50:0}/{on.P99:0} µs, {on.RequestsPerSecond:0}/s, {on.Failed} failed; "
                + $"off {off.P50:0}/{off.P99:0} µs, {off.RequestsPerSecond:0}/s; p50 ×{p50[^1]:0.000}, p99 ×{p99[^1]:0.000}");
        }

        return $"| {kind} | {Of(p50)} | {Of(p99)} | {failedOn} | {failedOff} | {side.Copies} |";
    }

    private static async Task<Wrk> MeasureAsync(HubProcesses hub, bool mirrored, int seconds)
    {
        await MirrorAsync(hub, mirrored);
        return await Wrk.RunAsync(hub.Gateways[0], Connections, seconds);
    }

    private static async Task MirrorAsync(HubProcesses hub, bool on)
    {
        var group = await hub.Control.GetGroupAsync("shop");
        await hub.Control.MirrorGroupAsync("shop", new MirrorGroup(on, Wait: true), $"\"{group.Revision}\"");
    }

    private static async Task WatchMemoryAsync(int minutes)
    {
        using var hub = await HubProcesses.StartAsync(gateways: 1, routes: 0, group: Everything);
        await MirrorAsync(hub, on: true);
        var (early, late) = (0L, 0L);
        for (var part = 1; part <= 10; part++)
        {
            var wrk = await Wrk.RunAsync(hub.Gateways[0], Connections, minutes * 6);
            var resident = hub.GatewayProcesses[0].ResidentBytes;
            (early, late) = (part <= 2 ? resident : early, resident);
            Console.WriteLine($"{part * minutes * 6} s: {resident / 1024.0 / 1024:0.0} MB, {wrk.RequestsPerSecond:0}/s, {wrk.Failed} failed");
        }

        Console.WriteLine();
        Console.WriteLine($"| memory of the gateway (RSS, MB) at {minutes * 12} s | at {minutes * 60} s | ratio |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {early / 1024.0 / 1024:0.0} | {late / 1024.0 / 1024:0.0} | ×{(double)late / early:0.000} |"));
    }

    private static string Of(List<double> ratios)
    {
        var (median, low, high) = Ratios.Of(ratios);
        return string.Create(CultureInfo.InvariantCulture, $"×{median:0.000} ({low:0.000} to {high:0.000})");
    }

    /// <summary>All of it, as fast as it comes.</summary>
    private const string Everything = """ "Mirror": { "PerSecond": 0, "Percent": 100 }, """;

    /// <summary>A side that does not answer as it should, on a port of its own.</summary>
    private sealed class MirrorSide : IDisposable
    {
        private readonly CancellationTokenSource _ends = new();
        private readonly TcpListener? _listener;
        private int _copies;

        private MirrorSide(int port, TcpListener? listener) => (Port, _listener) = (port, listener);

        public int Port { get; }

        /// <summary>Requests that came to it: none would mean that nothing was mirrored. A dead side counts none.</summary>
        public int Copies => Volatile.Read(ref _copies);

        public static Task<MirrorSide> StartAsync(string kind)
        {
            if (kind == "dead")
            {
                return Task.FromResult(new MirrorSide(FreePorts.Draw(), null));
            }

            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start(512);
            var side = new MirrorSide(((IPEndPoint)listener.LocalEndpoint).Port, listener);
            _ = side.TakeAsync(slow: kind == "slow");
            return Task.FromResult(side);
        }

        public void Dispose()
        {
            _ends.Cancel();
            _listener?.Dispose();
            _ends.Dispose();
        }

        private async Task TakeAsync(bool slow)
        {
            try
            {
                while (true)
                {
                    var client = await _listener!.AcceptTcpClientAsync(_ends.Token);
                    _ = AnswerAsync(client, slow);
                }
            }
            catch (OperationCanceledException)
            {
                // The benchmark is over.
            }
        }

        private async Task AnswerAsync(TcpClient client, bool slow)
        {
            using (client)
            {
                try
                {
                    var (stream, buffer) = (client.GetStream(), new byte[16 * 1024]);
                    while (await stream.ReadAsync(buffer, _ends.Token) > 0)
                    {
                        Interlocked.Increment(ref _copies);
                        await Task.Delay(slow ? TimeSpan.FromSeconds(2) : Timeout.InfiniteTimeSpan, TimeProvider.System, _ends.Token);
                        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), _ends.Token);
                    }
                }
                catch (Exception e) when (e is IOException or OperationCanceledException)
                {
                    // The gateway gave up, or the benchmark is over.
                }
            }
        }
    }
}
