using System.Diagnostics;

namespace Hub.Running;

/// <summary>Waiting for what must come, by asking for it; never by the clock alone.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is no excuse (null).</summary>
    /// <param name="excuse">Null where it has come; else what is still missing, for the message.</param>
    /// <exception cref="TimeoutException">It did not come in two minutes.</exception>
    public static async Task TrueAsync(string what, Func<Task<string?>> excuse, CancellationToken cancellationToken = default)
    {
        var since = Stopwatch.StartNew();
        while (await excuse() is { } missing)
        {
            if (since.Elapsed > Deadline)
            {
                throw new TimeoutException($"{what}: not after {Deadline.TotalSeconds:0} s. {missing}");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
