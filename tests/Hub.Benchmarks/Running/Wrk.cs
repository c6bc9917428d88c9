using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Benchmarks.Running;

/// <summary>One run of wrk (Debian's package): a closed loop of keep-alive connections.</summary>
/// <param name="Requests">How many were answered.</param>
/// <param name="P50">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="Failed">Answers that were not 2xx or 3xx, and socket errors.</param>
internal sealed partial record Wrk(long Requests, double RequestsPerSecond, double P50, double P99, long Failed)
{
    public static async Task<Wrk> RunAsync(Uri address, int connections, int seconds, string? cookie = null)
    {
        var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true };
        string[] arguments =
        [
            "-t1", $"-c{connections}", $"-d{seconds}s", "--latency",
            .. cookie is null ? Array.Empty<string>() : ["-H", $"Cookie: {cookie}"], address.ToString(),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)
            ?? throw new InvalidOperationException("wrk could not be started (apt-get install wrk).");
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Wrk(
            (long)Number(Total().Match(text)), Number(Rate().Match(text)), Micros(Median().Match(text)), Micros(Tail().Match(text)),
            (long)Number(NotSuccess().Match(text)) + SocketErrors().Matches(text).Sum(match => (long)Number(match)));
    }

    private static double Number(Match match) =>
        match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static double Micros(Match match) => Number(match) * match.Groups[2].Value switch
    {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        var unit => throw new InvalidOperationException($"wrk printed no latency ('{unit}')."),
    };

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Total();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Median();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Tail();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex NotSuccess();

    [GeneratedRegex(@"(?:connect|read|write|timeout) (\d+)")]
    private static partial Regex SocketErrors();
}
