using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Hub.ChangeFeed.Embedded;
using Hub.Control.Protocol;
using Hub.Storage;
using Microsoft.Data.Sqlite;
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
    string dataset, string file, Func<OutboxMessage, CancellationToken, Task<bool>> post, TimeProvider time, ILogger logger)
{
    private const int Named = 3;
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
        if (!File.Exists(file))
        {
            return false;
        }

        using var connection = new SqliteFile(file).Open();
        if (connection.Scalar("SELECT 1 FROM sqlite_master WHERE name = 'hub_outbox'") is null)
        {
            return false;
        }

        if (_back is { } before)
        {
            _back = Last(connection, before) is var (last, _, again) && await IsNewAsync(again, cancellationToken) ? last : null;
            return true;
        }

        if (Next(connection) is not var (sequence, key, message))
        {
            return false;
        }

        try
        {
            await PostAsync(message, cancellationToken);
        }
        catch (Exception e) when (IsRefused(e))
        {
            if (!_refused.ContainsKey(sequence))
            {
                Log.Refused(logger, dataset, key, e);
            }

            Volatile.Write(ref _refused, _refused.SetItem(sequence, new Refused(key, Said(e), time.GetUtcNow() + RefusedPause)));
            return true;
        }

        connection.Run(
            "UPDATE hub_outbox SET posted_ms = $now WHERE seq = $seq", ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$seq", sequence));
        Volatile.Write(ref _refused, _refused.Remove(sequence));
        return true;
    }

    private async Task<bool> IsNewAsync(Func<OutboxMessage> message, CancellationToken cancellationToken)
    {
        try
        {
            return await PostAsync(message, cancellationToken);
        }
        catch (Exception e) when (IsRefused(e))
        {
            // It was taken once and wouldn't be today: it says nothing about those before it.
            return true;
        }
    }

    private async Task<bool> PostAsync(Func<OutboxMessage> message, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        return await post(message(), timeout.Token);
    }

    private (long Sequence, string Key, Func<OutboxMessage> Message)? Last(SqliteConnection connection, long before) => Row(
        connection, "posted_ms IS NOT NULL AND seq < $before ORDER BY seq DESC LIMIT 1", before, _ => true);

    private (long Sequence, string Key, Func<OutboxMessage> Message)? Next(SqliteConnection connection)
    {
        var now = time.GetUtcNow();
        return Row(
            connection, "posted_ms IS NULL AND seq < $before ORDER BY seq", long.MaxValue,
            sequence => !_refused.TryGetValue(sequence, out var refused) || refused.Again <= now);
    }

    private (long Sequence, string Key, Func<OutboxMessage> Message)? Row(
        SqliteConnection connection, string which, long before, Func<long, bool> isMeant)
    {
        using var command = connection.Prepare(
            $"SELECT seq, kind, key, at_ms, body FROM hub_outbox WHERE dataset = $dataset AND {which}", ("$dataset", dataset), ("$before", before));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (isMeant(reader.GetInt64(0)))
            {
                var (sequence, kind, key, at, body) = (reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4));
                return (sequence, key, () => new OutboxMessage(
                    $"{dataset}-{sequence}", dataset, kind, key, DateTimeOffset.FromUnixTimeMilliseconds(at), JsonSerializer.Deserialize<JsonElement>(body)));
            }
        }

        return null;
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
