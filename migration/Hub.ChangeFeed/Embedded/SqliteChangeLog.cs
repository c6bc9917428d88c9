using System.Collections.Immutable;
using System.Text;
using Hub.ChangeFeed.Debezium;
using Microsoft.Data.Sqlite;

namespace Hub.ChangeFeed.Embedded;

/// <summary>
/// Reads what the triggers wrote for one dataset, and copies its tables, over one connection. Not for several threads.
/// </summary>
/// <remarks>
/// A batch is read in one read transaction, so it ends where a source transaction ends, unless it reaches
/// <see cref="MaxEvents"/> or <see cref="MaxBytes"/>: then it is cut there, and a reader of the target may see a larger
/// transaction in parts. Memory is bounded by the same.
/// </remarks>
public sealed class SqliteChangeLog : IDisposable
{
    /// <summary>The largest number of changes that one <see cref="Prune"/> deletes.</summary>
    public const int PruneAtOnce = 1_000;

    /// <summary>The table whose changes are watermarks.</summary>
    public const string WatermarkTable = CaptureTriggers.Watermark;

    /// <summary>The largest number of changes in a batch.</summary>
    public const int MaxEvents = 2_000;

    /// <summary>A batch ends with the change that makes it longer than this, in UTF-16 characters of its envelopes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private readonly DebeziumEnvelope _envelope = new();
    private readonly SqliteConnection _connection;
    private readonly string _dataset;
    private readonly string _filter;
    private readonly string _tables;

    public SqliteChangeLog(SqliteSource source, string dataset, IEnumerable<string> tables)
    {
        _dataset = dataset;
        _tables = string.Join(", ", tables.Select(SqliteSql.Literal));
        _filter = $"(\"table\" IN ({_tables}) OR (\"table\" = '{CaptureTriggers.Watermark}' AND json_extract(key, '$.dataset') = $dataset))";
        _connection = source.Open();
    }

    /// <summary>Changes whenever another connection committed to the database: the cheap question whether to read.</summary>
    public long Version => (long)_connection.Scalar("PRAGMA data_version")!;

    /// <summary>Changes whenever a table, a trigger or an index was made, altered or dropped.</summary>
    public long SchemaVersion => (long)_connection.Scalar("PRAGMA schema_version")!;

    /// <summary>The newest position.</summary>
    public Position Head => new((ulong)(long)(_connection.Scalar($"SELECT seq FROM sqlite_sequence WHERE name = '{CaptureTriggers.Log}'") ?? 0L));

    /// <summary>The changes after a position, at most up to another.</summary>
    /// <exception cref="FeedBrokenException">
    /// The source is older than the position (a restored backup), the changes after it were pruned, or a change can't be read.
    /// </exception>
    public LogBatch Read(Position after, Position? upTo = null)
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        var head = Head;
        var pruned = new Position((ulong)(long)(_connection.Scalar(
            $"SELECT pruned FROM {CaptureTriggers.Watermark} WHERE dataset = $dataset", ("$dataset", _dataset)) ?? 0L));
        if (head < after)
        {
            throw new FeedBrokenException(
                $"The source stands at {head} and {after} is applied already: it was restored from a backup or made anew. "
                + "Changes would be passed over; empty the target's tables and hub_positions, so that it is copied again.");
        }

        if (pruned > after)
        {
            throw new FeedBrokenException(
                $"The changes after {after} are gone from the source (pruned up to {pruned}): the target was restored from a backup. "
                + "Empty its tables and hub_positions, so that it is copied again.");
        }

        var bound = upTo is { } limit && limit < head ? limit : head;
        var events = ImmutableArray.CreateBuilder<ChangeEvent>();
        var last = after;
        var bytes = 0L;
        var cut = false;
        using (var command = _connection.Prepare(
            $"SELECT seq, key, envelope FROM {CaptureTriggers.Log} WHERE seq > $after AND seq <= $bound AND {_filter} ORDER BY seq",
            ("$after", after.Major), ("$bound", bound.Major), ("$dataset", _dataset)))
        using (var reader = command.ExecuteReader())
        {
            while (!(cut = events.Count >= MaxEvents || bytes >= MaxBytes) && reader.Read())
            {
                last = new Position((ulong)reader.GetInt64(0));
                var envelope = reader.GetString(2);
                bytes += envelope.Length;
                events.Add(Decode(reader.GetString(1), envelope, last));
            }
        }

        return new LogBatch(events.ToImmutable(), cut ? last : bound, cut);
    }

    /// <summary>
    /// The next rows of a table in the order of its key, as <c>r</c> events, and the position at which they are the truth.
    /// </summary>
    /// <remarks>
    /// DBLog writes a low and a high watermark around the chunk because rows and log can't be read at one moment elsewhere.
    /// Here they can: both are read in one read transaction, so the chunk stands exactly at <see cref="Chunk.At"/>. Whoever
    /// applies it when all up to there is applied, and nothing beyond, neither undoes a newer change nor brings a deleted row back.
    /// </remarks>
    /// <param name="after">The key of the last row copied, null to begin.</param>
    public Chunk ReadChunk(SqliteTable table, ChangeRow? after, int rows)
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        var head = Head;
        var name = SqliteSql.Quote(table.Name);
        var key = string.Join(", ", table.Key.Select(SqliteSql.Quote));
        var from = after is null ? "" : $"WHERE ({key}) > ({string.Join(", ", table.Key.Select((_, i) => $"$key{i}"))})";
        using var command = _connection.Prepare(
            $"SELECT {CaptureTriggers.KeyImage(table, name)}, {CaptureTriggers.Image(table.Columns, name)}, "
            + $"CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) FROM {name} {from} ORDER BY {key} LIMIT $rows",
            ("$rows", rows));
        for (var i = 0; after is not null && i < table.Key.Length; i++)
        {
            if (!after.TryGet(table.Key[i], out var value) || value.Kind == ChangeValueKind.Null)
            {
                throw new FeedBrokenException(
                    $"{table.Name} has a row with a null in its primary key ({after}): the rows after it can't be told apart. Give it a key in the source; the copy goes on then.");
            }

            command.Parameters.AddWithValue($"$key{i}", Parameter(value));
        }

        var events = ImmutableArray.CreateBuilder<ChangeEvent>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            events.Add(new ChangeEvent(
                ChangeOperation.Read, table.Name, Row(reader.GetString(0)), Before: null, Row(reader.GetString(1)), head,
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2))));
        }

        return new Chunk(events.ToImmutable(), head, Last: events.Count < rows);
    }

    /// <summary>How many changes of the dataset's tables there are after a position, and when the oldest of them was written.</summary>
    public (long Events, DateTimeOffset? Oldest) Behind(Position applied)
    {
        using var command = _connection.Prepare(
            $"SELECT count(*), min(ts_ms) FROM {CaptureTriggers.Log} WHERE seq > $applied AND \"table\" IN ({_tables})",
            ("$applied", applied.Major));
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)));
    }

    /// <summary>Writes the dataset's watermark: one row, updated in place, with a counter that never falls.</summary>
    public void WriteWatermark(DateTimeOffset now) => _connection.Run(
        $"UPDATE {CaptureTriggers.Watermark} SET counter = counter + 1, ts_ms = $now WHERE dataset = $dataset",
        ("$now", now.ToUnixTimeMilliseconds()), ("$dataset", _dataset));

    /// <summary>Deletes the changes up to a position that all targets have applied, some at a time so that legacy never waits long.</summary>
    /// <returns>How many were deleted; fewer than <see cref="PruneAtOnce"/> says that nothing is left.</returns>
    public int Prune(Position applied)
    {
        using var transaction = _connection.BeginTransaction();
        var deleted = _connection.Run(
            $"DELETE FROM {CaptureTriggers.Log} WHERE seq IN (SELECT seq FROM {CaptureTriggers.Log} WHERE seq <= $applied AND {_filter} ORDER BY seq LIMIT {PruneAtOnce})",
            ("$applied", applied.Major), ("$dataset", _dataset));
        if (deleted > 0)
        {
            _connection.Run(
                $"UPDATE {CaptureTriggers.Watermark} SET pruned = max(pruned, $applied) WHERE dataset = $dataset",
                ("$applied", applied.Major), ("$dataset", _dataset));
        }

        transaction.Commit();
        return deleted;
    }

    public void Dispose() => _connection.Dispose();

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

    private static ChangeRow Row(string json) => ChangeRow.Parse(Encoding.UTF8.GetBytes(json));

    private static object Parameter(ChangeValue value) => value.Kind switch
    {
        ChangeValueKind.Null => DBNull.Value,
        ChangeValueKind.Number when long.TryParse(value.Text, System.Globalization.CultureInfo.InvariantCulture, out var whole) => whole,
        ChangeValueKind.Number => double.Parse(value.Text!, System.Globalization.CultureInfo.InvariantCulture),
        ChangeValueKind.Bytes => Convert.FromHexString(value.Text!),
        _ => value.Text!,
    };
}

/// <summary>Copied rows.</summary>
/// <param name="At">The position at which the source held exactly these rows.</param>
/// <param name="Last">The table has no more.</param>
public sealed record Chunk(ImmutableArray<ChangeEvent> Events, Position At, bool Last);

/// <summary>Changes that are applied as one.</summary>
/// <param name="Next">The position once they are applied.</param>
/// <param name="Cut">The bound was reached, and there is more to read at once.</param>
public sealed record LogBatch(ImmutableArray<ChangeEvent> Events, Position Next, bool Cut);
