using System.Collections.Concurrent;
using System.Diagnostics;

namespace Hub.Benchmarks.Running;

/// <summary>An open loop: sends come when they are due, whether or not those before them have ended.</summary>
internal static class Pace
{
    /// <param name="rate">Sends a second.</param>
    /// <param name="send">Takes the send's number; it throws nothing.</param>
    /// <returns>Ends when all sends that were begun have ended.</returns>
    public static async Task KeepAsync(double rate, Func<int, Task> send, CancellationToken stop)
    {
        var under = new ConcurrentDictionary<Task, bool>();
        var since = Stopwatch.StartNew();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var due = TimeSpan.FromSeconds(i / rate) - since.Elapsed;
            if (due > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due, CancellationToken.None);
            }

            var task = send(i);
            under[task] = true;
            _ = task.ContinueWith(done => under.TryRemove(done, out _), TaskScheduler.Default);
        }

        await Task.WhenAll(under.Keys);
    }
}
