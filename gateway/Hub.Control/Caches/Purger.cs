using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Hub.Placement.Config;
using Hub.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Control.Caches;

/// <summary>
/// Watches the revisions and purges what flips (SAFETY.md 10): shifts, rollbacks, those adopted from planes, and changed
/// documents. One purge at a time for a group; what a restart cut short is done again.
/// </summary>
internal sealed partial class Purger(
    RevisionLog revisions, PlaneRegistry planes, ControlStore store, ControlOptions options, TimeProvider time, ILogger<Purger> logger) : BackgroundService
{
    private readonly PurgeCall _call = new(time);
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);
    private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _seen;

    /// <summary>What no cache heard yet, for status.</summary>
    public ImmutableArray<string> Problems => [.. _running.Values.SelectMany(running => running.Purge.Problems)];

    /// <summary>Waits until the caches have heard of a revision; null where it concerned none.</summary>
    public async Task<PurgeView?> WaitAsync(Wanted wanted, TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (wanted.Document.Config.Caches.Purge.Count == 0)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (Volatile.Read(ref _seen) < wanted.Revision.Id.Number)
            {
                await Volatile.Read(ref _looked).Task.WaitAsync(either.Token);
            }

            var purges = _running.Values.Select(running => running.Purge).Where(purge => purge.Revision == wanted.Revision.Id).ToList();
            if (purges.Count == 0)
            {
                return null;
            }

            await Task.WhenAll(purges.Select(purge => purge.Done)).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new PurgeView(false, [.. wanted.Document.Config.Caches.Purge.Keys.Order(StringComparer.Ordinal)], Problems);
        }

        return new PurgeView(true, [.. wanted.Document.Config.Caches.Purge.Keys.Order(StringComparer.Ordinal)], []);
    }

    public override void Dispose()
    {
        _call.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Wanted? before = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var (wanted, changed) = revisions.Watch();
            foreach (var group in before is null ? Unfinished(wanted) : Flipped(before, wanted))
            {
                Start(group, wanted, stoppingToken);
            }

            before = wanted;
            Volatile.Write(ref _seen, wanted.Revision.Id.Number);
            Interlocked.Exchange(ref _looked, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            await changed.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(_running.Values.Select(running => running.Work));
    }

    /// <summary>Groups whose answers caches keep.</summary>
    private static IEnumerable<string> Cached(Wanted wanted) => wanted.Document.Config.Caches.Purge.Count == 0 ? [] :
        wanted.Document.Config.Groups.Where(group => group.Value.Routes.Values.Any(route => route.Cached != CachedBy.No)).Select(group => group.Key);

    private static IEnumerable<string> Flipped(Wanted before, Wanted now) => Cached(now).Where(group =>
        Standing(group, before) != Standing(group, now));

    private List<string> Unfinished(Wanted wanted)
    {
        using var connection = store.Open();
        return [.. Cached(wanted).Where(group => connection.Query(
            $"SELECT value FROM setting WHERE name = {Setting(group)}", row => row.GetString(0)).FirstOrDefault() != Standing(group, wanted))];
    }

    private static string Setting(string group) => $"purged/{group}";

    /// <summary>Differs whenever the group flips.</summary>
    private static string Standing(string group, Wanted wanted) =>
        $"{wanted.Document.Hash} {wanted.State.Groups.GetValueOrDefault(group)}";

    private void Start(string group, Wanted wanted, CancellationToken stoppingToken)
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var purge = new Purge(group, wanted.Revision.Id, wanted.Document.Config.Caches, _call, planes, time);
        if (_running.TryGetValue(group, out var last))
        {
            // Here and nowhere else: one that has ended is still to be cancelled here, and a disposed source throws.
            last.Cancellation.Cancel();
            last.Cancellation.Dispose();
        }

        _running[group] = new Running(purge, cancellation, RunAsync(purge, group, Standing(group, wanted), cancellation.Token));
    }

    private async Task RunAsync(Purge purge, string group, string standing, CancellationToken cancellationToken)
    {
        try
        {
            await purge.RunAsync(options.WaitAtMost, cancellationToken);
            await store.WriteAsync(connection => connection.Execute(
                $"INSERT INTO setting (name, value) VALUES ({Setting(group)}, {standing}) ON CONFLICT (name) DO UPDATE SET value = {standing}"));
            LogPurged(logger, group, purge.Revision);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A newer flip of the group, or the end of this process.
            return;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Caches have forgotten the group {Group} as of revision {Revision}")]
    private static partial void LogPurged(ILogger logger, string group, RevisionId revision);

    private sealed record Running(Purge Purge, CancellationTokenSource Cancellation, Task Work);
}
