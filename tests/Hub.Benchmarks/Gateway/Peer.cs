using Hub.Benchmarks.Running;
using Hub.Running;

namespace Hub.Benchmarks.Gateway;

/// <summary>One of those that are compared.</summary>
/// <param name="Process">Whose processor time counts, with its children's.</param>
internal sealed record Peer(string Name, Uri Address, ChildProcess Process)
{
    /// <returns>The run, and microseconds of processor time for a request.</returns>
    public async Task<(Wrk Wrk, double Micros)> MeasureAsync(int connections, int seconds, string cookies)
    {
        var before = Process.ProcessorTime;
        var wrk = await Wrk.RunAsync(Address, connections, seconds, cookies);
        return (wrk, (Process.ProcessorTime - before).TotalMicroseconds / Math.Max(1, wrk.Requests));
    }
}
