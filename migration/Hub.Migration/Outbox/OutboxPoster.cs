using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Hub.Control.Protocol;
using Microsoft.Extensions.Logging;
using Refit;

namespace Hub.Migration.Outbox;

/// <summary>
/// Posts a target's outbox, the oldest first, each row until it is taken (2xx); a kill in between posts it twice, and the
/// receiver dedupes by its key. Rows stay: they are what makes a key come once.
/// </summary>
/// <remarks>
/// Nobody there: all wait. A message that is refused waits by itself, and those behind it go on. After a start and after an
/// outage the newest messages that were taken are posted again, back to the first that the receiver knows: a receiver that was restored from a
/// backup gets what it lost.
/// </remarks>
/// <param name="post">True where the message is new to the receiver, false where it knew it; throws where it was not taken.</param>
internal sealed partial class OutboxPoster(
    string dataset, IOutboxStore store, Func<OutboxMessage, CancellationToken, Task<bool>> post, TimeProvider time, ILogger logger)
{
    private const int Named = 3;
    private const int AtOnce = 20;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(1);
    private volatile string? _problem;
    private ImmutableSortedDictionary<long, Refused> _refused = ImmutableSortedDictionary<long, Refused>.Empty;
    private long? _back = long.MaxValue;

    /// <summary>Why messages are not taken; empty where all are.</summary>
    public ImmutableArray<string> Problems
    {
        get
        {
            var refused = Volatile.Read(ref _refused);
            var problems = _problem is { } problem ? [problem] : ImmutableArray<string>.Empty;
            return refused.IsEmpty ? problems : problems.Add(
                $"{refused.Count} messages of {dataset}'s outbox are refused and posted again each minute; others go on. "
                + string.Join(" ", refused.Values.Take(Named).Select(message => $"{message.Key}: {message.Reason}")));
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var posted = await PostNextAsync(cancellationToken);
                (_problem, pause) = (null, FirstPause);
                if (!posted)
                {
                    await Task.Delay(Poll, time, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (_problem is null)
                {
                    Log.NotTaken(logger, dataset, e);
                }

                _back = long.MaxValue;
                _problem = $"The oldest message of {dataset}'s outbox is not taken: {Said(e)} It is posted again until it is; orders wait behind it.";
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<bool> PostNextAsync(CancellationToken cancellationToken)
    {
        if (_back is { } before)
        {
            _back = await store.ReadPostedAsync(before, cancellationToken) is { } last && await IsNewAsync(last, cancellationToken) ? last.Sequence : null;
            return true;
        }

        if (await NextAsync(cancellationToken) is not { } entry)
        {
            return false;
        }

        try
        {
            await PostAsync(entry, cancellationToken);
        }
        catch (Exception e) when (IsRefused(e))
        {
            if (!_refused.ContainsKey(entry.Sequence))
            {
                Log.Refused(logger, dataset, entry.Key, e);
            }

            Volatile.Write(ref _refused, _refused.SetItem(entry.Sequence, new Refused(entry.Key, Said(e), time.GetUtcNow() + RefusedPause)));
            return true;
        }

        await store.MarkPostedAsync(entry.Sequence, time.GetUtcNow(), cancellationToken);
        Volatile.Write(ref _refused, _refused.Remove(entry.Sequence));
        return true;
    }

    private async Task<bool> IsNewAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return await PostAsync(entry, cancellationToken);
        }
        catch (Exception e) when (IsRefused(e))
        {
            // It was taken once and wouldn't be today: it says nothing about those before it.
            return true;
        }
    }

    private async Task<bool> PostAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        var message = new OutboxMessage($"{dataset}-{entry.Sequence}", dataset, entry.Kind, entry.Key, entry.At, entry.ReadBody());
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        return await post(message, timeout.Token);
    }

    /// <summary>The oldest that nobody took and that does not wait by itself.</summary>
    private async Task<OutboxEntry?> NextAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        for (var after = 0L; ;)
        {
            var entries = await store.ReadUnpostedAsync(after, AtOnce, cancellationToken);
            foreach (var entry in entries)
            {
                if (!_refused.TryGetValue(entry.Sequence, out var refused) || refused.Again <= now)
                {
                    return entry;
                }
            }

            if (entries.Count < AtOnce)
            {
                return null;
            }

            after = entries[^1].Sequence;
        }
    }

    /// <summary>It is this message's own fault: no other has to wait for it.</summary>
    private static bool IsRefused(Exception e) => e is JsonException or ApiException
    {
        StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity,
    };

    private static string Said(Exception e) => e is ApiException { Content: { Length: > 0 } content }
        ? $"{e.Message} {(content.Length > 400 ? $"{content[..400]}…" : content)}"
        : e.Message;

    private sealed record Refused(string Key, string Reason, DateTimeOffset Again);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The oldest message of {Dataset}'s outbox is not taken; it is posted again until it is")]
        public static partial void NotTaken(ILogger logger, string dataset, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "{Key} of {Dataset}'s outbox is refused; others go on")]
        public static partial void Refused(ILogger logger, string dataset, string key, Exception exception);
    }
}
