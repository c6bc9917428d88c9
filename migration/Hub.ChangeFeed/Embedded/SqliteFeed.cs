using System.Collections.Immutable;
using System.Text;
using Hub.ChangeFeed.Debezium;
using Microsoft.Data.Sqlite;

namespace Hub.ChangeFeed.Embedded;

/// <summary>What the triggers wrote for one dataset, read for one target: its slot keeps what it has not applied from being pruned.</summary>
/// <remarks>
/// A batch is read in one read transaction, so it ends where a source transaction ends, unless it reaches
/// <see cref="MaxEvents"/> or <see cref="MaxBytes"/>: then it is cut there, and a reader of the target may see a larger
/// transaction in parts. Memory is bounded by the same.
/// </remarks>
public sealed class SqliteFeed(SqliteSource source, string dataset, string target, IEnumerable<string> tables, TimeProvider time) : IChangeFeed
{
    /// <summary>The largest number of changes that are pruned at once, so that legacy never waits long.</summary>
    public const int PruneAtOnce = 1_000;

    /// <summary>The largest number of changes in a batch.</summary>
    public const int MaxEvents = 8_000;

    /// <summary>A batch ends with the change that makes it longer than this, in UTF-16 characters of its envelopes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AcknowledgeEach = TimeSpan.FromSeconds(5);
    private const int PollsUntilEmpty = 5;

    private readonly string _filter =
        $"(\"table\" IN ({string.Join(", ", tables.Select(SqliteSql.Literal))}) OR (\"table\" = '{CaptureTriggers.Watermark}' AND json_extract(key, '$.dataset') = $dataset))";

    private readonly DebeziumEnvelope _envelope = new();
    private SqliteConnection? _connection;
    private string _id = "";
    private long _next;
    private long _version = -1;
    private long _acknowledged = -1;
    private DateTimeOffset _acknowledgedAt = DateTimeOffset.MinValue;

    private SqliteConnection Connection => _connection ?? throw new InvalidOperationException("The feed is not open.");

    public Task<FeedPoint> OpenAsync(FeedPoint? at, CancellationToken cancellationToken)
    {
        _connection = source.Open();
        _id = SqliteSource.LogId(_connection);

        // A target of Hub 0.1 knows no id of the log; its positions say as much about whether this is the same one.
        if (at is { Feed: not "" } && at.Feed != _id)
        {
            throw new FeedBrokenException(
                $"The log of changes in {source.Path} was made anew ({at.Feed} before, {_id} now): what was written in between is not in it. "
                + $"Copy the tables again: hub dataset resume {dataset} --snapshot");
        }

        using var transaction = _connection.BeginTransaction();
        var head = Head();
        _next = at?.Next ?? head;
        if (at is null)
        {
            // A log that was made anew counts from the beginning; what was pruned of the other one says nothing.
            _connection.Run($"UPDATE {CaptureTriggers.Watermark} SET pruned = min(pruned, $next) WHERE dataset = $dataset", ("$next", _next), ("$dataset", dataset));
        }

        Check(head);
        _connection.Run(
            $"INSERT INTO {CaptureTriggers.Slots}(dataset, target, next) VALUES($dataset, $target, $next) ON CONFLICT DO UPDATE SET next = excluded.next",
            ("$dataset", dataset), ("$target", target), ("$next", _next));
        transaction.Commit();
        return Task.FromResult(Point());
    }

    public async ValueTask<ChangeBatch> ReadAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            // The version is asked before the read, so that a write between the two is seen the next time.
            var version = (long)Connection.Scalar("PRAGMA data_version")!;
            if (version != _version)
            {
                var batch = Read();
                _version = batch.Cut ? -1 : version;
                if (!batch.Events.IsEmpty)
                {
                    return batch;
                }
            }

            if (i == PollsUntilEmpty)
            {
                return new ChangeBatch([], Point());
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    /// <summary>Moves the slot each few seconds, and prunes what the slots of all the dataset's targets have passed.</summary>
    public ValueTask AcknowledgeAsync(FeedPoint applied, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (applied.Next == _acknowledged || now - _acknowledgedAt < AcknowledgeEach)
        {
            return ValueTask.CompletedTask;
        }

        Connection.Run(
            $"UPDATE {CaptureTriggers.Slots} SET next = $next WHERE dataset = $dataset AND target = $target",
            ("$next", applied.Next), ("$dataset", dataset), ("$target", target));
        (_acknowledged, _acknowledgedAt) = (applied.Next, now);
        while (!cancellationToken.IsCancellationRequested && Prune() == PruneAtOnce)
        {
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        return ValueTask.CompletedTask;
    }

    private FeedPoint Point() => new(_id, _next, new Position((ulong)_next));

    private long Head() => Connection.Scalar($"SELECT seq FROM sqlite_sequence WHERE name = '{CaptureTriggers.Log}'") as long? ?? 0;

    private ChangeBatch Read()
    {
        using var transaction = Connection.BeginTransaction(deferred: true);
        var head = Head();
        Check(head);
        var events = ImmutableArray.CreateBuilder<ChangeEvent>();
        var last = _next;
        var bytes = 0L;
        bool cut;
        using (var command = Connection.Prepare(
            $"SELECT seq, key, envelope FROM {CaptureTriggers.Log} WHERE seq > $after AND seq <= $head AND {_filter} ORDER BY seq",
            ("$after", _next), ("$head", head), ("$dataset", dataset)))
        using (var reader = command.ExecuteReader())
        {
            while (!(cut = events.Count >= MaxEvents || bytes >= MaxBytes) && reader.Read())
            {
                last = reader.GetInt64(0);
                var envelope = reader.GetString(2);
                bytes += envelope.Length;
                events.Add(Decode(reader.GetString(1), envelope, new Position((ulong)last)));
            }
        }

        _next = cut ? last : head;
        return new ChangeBatch(events.ToImmutable(), Point(), Cut: cut);
    }

    private void Check(long head)
    {
        if (head < _next)
        {
            throw new FeedBrokenException(
                $"{source.Path} stands at {head} and {_next} is applied already: it was restored from a backup or made anew, and what was lost there still stands in the targets. "
                + $"Copy the tables again: hub dataset resume {dataset} --snapshot");
        }

        if (Connection.Scalar($"SELECT pruned FROM {CaptureTriggers.Watermark} WHERE dataset = $dataset", ("$dataset", dataset)) is long pruned && pruned > _next)
        {
            throw new FeedBrokenException(
                $"The changes after {_next} are gone from {source.Path} (pruned up to {pruned}): the target was restored from a backup. "
                + $"Copy the tables again: hub dataset resume {dataset} --snapshot");
        }
    }

    private int Prune()
    {
        using var transaction = Connection.BeginTransaction();
        var applied = Connection.Scalar($"SELECT min(next) FROM {CaptureTriggers.Slots} WHERE dataset = $dataset", ("$dataset", dataset)) as long? ?? 0;
        var deleted = Connection.Run(
            $"DELETE FROM {CaptureTriggers.Log} WHERE seq IN (SELECT seq FROM {CaptureTriggers.Log} WHERE seq <= $applied AND {_filter} ORDER BY seq LIMIT {PruneAtOnce})",
            ("$applied", applied), ("$dataset", dataset));
        if (deleted > 0)
        {
            Connection.Run(
                $"UPDATE {CaptureTriggers.Watermark} SET pruned = max(pruned, $applied) WHERE dataset = $dataset",
                ("$applied", applied), ("$dataset", dataset));
        }

        transaction.Commit();
        return deleted;
    }

    private ChangeEvent Decode(string key, string envelope, Position position)
    {
        try
        {
            return _envelope.Read(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(envelope), (long)position.Major).Change
                ?? throw new FormatException($"The record at {position} holds no change.");
        }
        catch (FormatException e)
        {
            throw new FeedBrokenException($"{e.Message} Look at row {position} of {CaptureTriggers.Log} in the source.", e);
        }
    }
}
