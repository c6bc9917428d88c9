using System.Collections.Immutable;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Hub.Placement.Config;

namespace Hub.Control.Caches;

/// <summary>
/// One flip of one group, told to all caches until they heard it (SAFETY.md 10). A newer flip of the group takes its place.
/// </summary>
/// <remarks>
/// 1. Once every live gateway plane serves the revision; where one is slow, after a second already, and again then.
/// 2. Again a lease later: a plane that went silent is not waited for any longer, and what was on its way has arrived.
/// 3. Again when a plane that was silent then has come back: what it let into a cache meanwhile was the old side's.
/// </remarks>
internal sealed class Purge(string group, RevisionId revision, CachesConfig config, PurgeCall call, PlaneRegistry planes, TimeProvider time)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableSortedDictionary<string, string> _failing = ImmutableSortedDictionary<string, string>.Empty;

    public RevisionId Revision => revision;

    /// <summary>Completes when each cache has heard it after the ack; it is called again later all the same.</summary>
    public Task Done => _done.Task;

    /// <summary>Caches that did not hear it yet, each as a sentence.</summary>
    public ImmutableArray<string> Problems => [.. Volatile.Read(ref _failing).Select(failure =>
        $"the cache '{failure.Key}' was not told to forget {CachesConfig.KeyOf(group)} (revision {revision}): {failure.Value}; it is told again until it hears. Customers may see the other side's pages until then.")];

    /// <param name="ack">How long planes that live and do not take the revision are waited for.</param>
    public async Task RunAsync(TimeSpan ack, CancellationToken cancellationToken)
    {
        var (acknowledged, _) = await planes.WaitAsync(revision, Soon, cancellationToken);
        await TellAllAsync(cancellationToken);
        if (!acknowledged)
        {
            await planes.WaitAsync(revision, ack, cancellationToken);
            await TellAllAsync(cancellationToken);
        }

        _done.TrySetResult();
        await Task.Delay(PlaneTimes.Lease, time, cancellationToken);
        var silent = planes.Serving(revision).Silent.Length > 0;
        await TellAllAsync(cancellationToken);
        if (!silent)
        {
            return;
        }

        while (planes.Serving(revision).Silent.Length > 0)
        {
            await Task.Delay(PlaneTimes.Report, time, cancellationToken);
        }

        await TellAllAsync(cancellationToken);
    }

    private Task TellAllAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(config.Purge.Select(cache => TellAsync(cache.Key, cache.Value, cancellationToken)));

    private async Task TellAsync(string cache, PurgeConfig purge, CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(250); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var failure = await call.SendAsync(purge, config.KeyHeader, CachesConfig.KeyOf(group), cancellationToken);
            if (failure is null)
            {
                ImmutableInterlocked.Update(ref _failing, failing => failing.Remove(cache));
                return;
            }

            ImmutableInterlocked.Update(ref _failing, failing => failing.SetItem(cache, failure));
            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
