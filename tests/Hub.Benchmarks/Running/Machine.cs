using System.Globalization;
using System.Runtime.InteropServices;

namespace Hub.Benchmarks.Running;

/// <summary>The facts without which a figure says nothing: they stand above each benchmark's output.</summary>
internal static class Machine
{
    public static void Print() => Console.WriteLine(
        $"{DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC; {Processor()}, {Environment.ProcessorCount} cores; "
        + $"{RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; load {Load()}");

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? "unknown processor"
        : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>How many others want the processors just now: above the number of cores latencies measure them as well.</summary>
    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
