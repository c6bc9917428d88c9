using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Control.Revisions;
using Hub.Placement.Config;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Control.Notifications;

/// <summary>
/// Sends on what happened (SAFETY.md 22), each second, off the path of whatever it tells of. A receiver that is slow or dead
/// holds up itself alone.
/// </summary>
internal sealed partial class Notify(
    NotificationStore store, SendNotification send, RevisionLog revisions, TimeProvider time, ILogger<Notify> logger) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _lanes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Receivers that did not take the last one, for <c>hub status</c>.</summary>
    public ImmutableArray<string> Problems => [.. _problems.OrderBy(problem => problem.Key, StringComparer.Ordinal)
        .Select(problem => $"notifications to {problem.Key} are not taken: {problem.Value}; they are kept for a day and tried again")];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.WakeAsync();
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(_lanes.Values);
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        var targets = revisions.Current.Document.Config.Notifications;
        await store.FollowAsync(targets);
        if (await store.TrimAsync(targets) is > 0 and var given)
        {
            LogGivenUp(logger, given);
        }

        foreach (var gone in _problems.Keys.Where(target => !targets.ContainsKey(target)))
        {
            _problems.TryRemove(gone, out _);
        }

        foreach (var lane in store.Due().GroupBy(waiting => waiting.Target, StringComparer.OrdinalIgnoreCase))
        {
            if (targets.TryGetValue(lane.Key, out var target) && _lanes.GetValueOrDefault(lane.Key) is null or { IsCompleted: true })
            {
                _lanes[lane.Key] = SendAsync([.. lane], target, stoppingToken);
            }
        }
    }

    // In their order: what comes after one that fails waits with it.
    private async Task SendAsync(ImmutableArray<Waiting> lane, NotificationConfig target, CancellationToken stoppingToken)
    {
        foreach (var waiting in lane)
        {
            string? problem;
            try
            {
                problem = await send.TryAsync(target, waiting.Notification, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // The host stops: it is sent after the next start.
                return;
            }

            if (problem is not null)
            {
                if (!_problems.TryGetValue(waiting.Target, out var known) || known != problem)
                {
                    LogNotTaken(logger, waiting.Target, problem);
                }

                _problems[waiting.Target] = problem;
                await store.FailedAsync(waiting);
                return;
            }

            _problems.TryRemove(waiting.Target, out _);
            await store.SentAsync(waiting);
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "A notification to {Target} was not taken: {Problem}; it is tried again")]
    private static partial void LogNotTaken(ILogger logger, string target, string problem);

    [LoggerMessage(31, LogLevel.Error, "{Count} notifications are given up: too old, too many, or their receiver is gone from the file")]
    private static partial void LogGivenUp(ILogger logger, int count);
}
