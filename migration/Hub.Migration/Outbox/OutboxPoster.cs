using System.Text.Json;
using Hub.ChangeFeed.Embedded;
using Hub.Control.Protocol;
using Hub.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hub.Migration.Outbox;

/// <summary>
/// Posts a target's outbox, the oldest first, each row until it is taken (2xx); a kill in between posts it twice, and the
/// receiver dedupes by its key. Rows stay: they are what makes a key come once.
/// </summary>
/// <param name="post">Throws where the message was not taken.</param>
internal sealed partial class OutboxPoster(
    string dataset, string file, Func<OutboxMessage, CancellationToken, Task> post, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private volatile string? _problem;

    /// <summary>Why the oldest message is not taken, or null.</summary>
    public string? Problem => _problem;

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

                _problem = $"The oldest message of {dataset}'s outbox is not taken: {e.Message} It is posted again until it is; orders wait behind it.";
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
        if (Next(connection) is not var (sequence, message))
        {
            return false;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        await post(message, timeout.Token);
        connection.Run(
            "UPDATE hub_outbox SET posted_ms = $now WHERE seq = $seq", ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$seq", sequence));
        return true;
    }

    private (long Sequence, OutboxMessage Message)? Next(SqliteConnection connection)
    {
        if (connection.Scalar("SELECT 1 FROM sqlite_master WHERE name = 'hub_outbox'") is null)
        {
            return null;
        }

        using var command = connection.Prepare(
            "SELECT seq, kind, key, at_ms, body FROM hub_outbox WHERE posted_ms IS NULL AND dataset = $dataset ORDER BY seq LIMIT 1", ("$dataset", dataset));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        using var body = JsonDocument.Parse(reader.GetString(4));
        return (reader.GetInt64(0), new OutboxMessage(
            $"{dataset}-{reader.GetInt64(0)}", dataset, reader.GetString(1), reader.GetString(2),
            DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)), body.RootElement.Clone()));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The oldest message of {Dataset}'s outbox is not taken; it is posted again until it is")]
        public static partial void NotTaken(ILogger logger, string dataset, Exception exception);
    }
}
