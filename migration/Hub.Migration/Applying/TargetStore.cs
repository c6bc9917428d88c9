using System.Collections.Immutable;
using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;
using Hub.Migration.Quarantine;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Applying;

/// <summary>A target while a pipeline holds it: its tables, and the hub's own beside them. Not for several threads.</summary>
/// <remarks>
/// <see cref="Take"/> raises the epoch, so that whoever held the target before finds its next batch refused.
/// </remarks>
internal sealed class TargetStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _dataset;
    private readonly string _source;
    private long _epoch;

    public TargetStore(SqliteFile file, string dataset, TargetMapping mapping, OutboxRule? outbox, string source)
    {
        _connection = file.Open();
        _connection.Run(TargetSchema.Tables);
        (_dataset, _source) = (dataset, source);
        Batches = new BatchWriter(_connection, dataset, mapping, outbox);
        Mapping = mapping;
    }

    public TargetMapping Mapping { get; }

    public BatchWriter Batches { get; }

    /// <summary>All changes up to here are applied.</summary>
    public Position Next { get; private set; }

    /// <summary>The source's time of the newest watermark applied.</summary>
    public DateTimeOffset? AppliedAt { get; private set; }

    /// <summary>By source table.</summary>
    public ImmutableSortedDictionary<string, CopyState> Copies { get; private set; } = ImmutableSortedDictionary<string, CopyState>.Empty;

    public long Quarantined => QuarantineStore.Count(_connection, _dataset);

    /// <summary>Takes the target over from whoever held it, where it stands; one that never was fed begins at <paramref name="head"/>.</summary>
    /// <exception cref="FeedBrokenException">What stands in the target can't be gone on from.</exception>
    public void Take(Position head, IReadOnlyDictionary<string, string> lineages)
    {
        using var transaction = _connection.BeginTransaction();
        var tables = Mapping.Tables.GroupBy(table => table.From, StringComparer.Ordinal).ToList();
        if (_connection.Run("INSERT INTO hub_positions(dataset, next, epoch) VALUES($dataset, $head, 0) ON CONFLICT DO NOTHING", ("$dataset", _dataset), ("$head", head.Major)) == 1)
        {
            _connection.Run("DELETE FROM hub_copies WHERE dataset = $dataset", ("$dataset", _dataset));
            _connection.Run("DELETE FROM hub_quarantine WHERE dataset = $dataset", ("$dataset", _dataset));
        }

        _connection.Run("UPDATE hub_positions SET epoch = epoch + 1 WHERE dataset = $dataset", ("$dataset", _dataset));
        var copies = tables.Select(table => TakeTable(table.Key, [.. table], lineages[table.Key])).ToImmutableSortedDictionary(copy => copy.Table, copy => copy, StringComparer.Ordinal);
        using (var command = _connection.Prepare("SELECT next, epoch, applied_ms FROM hub_positions WHERE dataset = $dataset", ("$dataset", _dataset)))
        using (var reader = command.ExecuteReader())
        {
            reader.Read();
            (Next, _epoch) = (new Position((ulong)reader.GetInt64(0)), reader.GetInt64(1));
            AppliedAt = reader.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2));
        }

        transaction.Commit();
        Copies = copies;
    }

    /// <summary>Applies a batch of the stream: rows, position and outbox in one transaction.</summary>
    /// <exception cref="FencedException">Another instance took the target over.</exception>
    public void Apply(LogBatch batch, CancellationToken cancellationToken)
    {
        var begun = batch.Events.Where(change => change.Table == SqliteChangeLog.WatermarkTable || Copies.GetValueOrDefault(change.Table) is { Begun: true }).ToList();
        var request = new BatchRequest(begun, Next, batch.Next, _epoch, Copy: null);
        Note(Batches.Write(request, cancellationToken));
        if (begun.Exists(change => change.Table != SqliteChangeLog.WatermarkTable))
        {
            Batches.Retry(request with { Events = [], Next = batch.Next, From = batch.Next }, all: false, cancellationToken);
        }
    }

    /// <summary>
    /// Applies copied rows. All changes up to the chunk's own position have to be applied before it, and the transaction
    /// makes sure that none beyond it was.
    /// </summary>
    public void Apply(string table, Chunk chunk, CancellationToken cancellationToken)
    {
        var copy = Copies[table];
        var after = copy with
        {
            Begun = true,
            LastKey = chunk.Events.LastOrDefault()?.Key ?? copy.LastKey,
            Rows = copy.Rows + chunk.Events.Length,
            Done = chunk.Last,
        };
        var request = new BatchRequest(chunk.Events, Next, chunk.At, _epoch, after);
        Note(Batches.Write(request, cancellationToken));
        Batches.Retry(request with { Events = [], From = chunk.At, Copy = null }, all: false, cancellationToken);
        Copies = Copies.SetItem(table, after);
    }

    /// <summary>Tries all of the quarantine again: the mapping may be another one than before.</summary>
    public void RetryAll(CancellationToken cancellationToken) =>
        Batches.Retry(new BatchRequest([], Next, Next, _epoch, Copy: null), all: true, cancellationToken);

    public void Dispose()
    {
        Batches.Dispose();
        _connection.Dispose();
    }

    private void Note(BatchOutcome outcome)
    {
        Next = outcome.Next;
        AppliedAt = outcome.AppliedAt ?? AppliedAt;
    }

    private CopyState TakeTable(string table, ImmutableArray<TableMapping> mappings, string lineage)
    {
        var key = string.Join(";", mappings.Select(mapping => mapping.Fingerprint.Key));
        var columns = string.Join(";", mappings.Select(mapping => mapping.Fingerprint.Columns));
        using var command = _connection.Prepare(
            "SELECT lineage, key_mapping, mapping, last_key, rows, done FROM hub_copies WHERE dataset = $dataset AND source_table = $table",
            ("$dataset", _dataset), ("$table", table));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            foreach (var mapping in mappings.Where(mapping => _connection.Scalar($"SELECT 1 FROM {SqliteSql.Quote(mapping.Name)} LIMIT 1") is not null))
            {
                throw new FeedBrokenException(
                    $"{mapping.Name} holds rows that no copy of {_dataset} put there: rows that legacy doesn't have would stay for ever. Empty {mapping.Name}; it is copied then.");
            }

            reader.Close();
            _connection.Run(
                "INSERT INTO hub_copies(dataset, source_table, lineage, key_mapping, mapping, last_key, done) VALUES($dataset, $table, $lineage, $key, $columns, NULL, -1)",
                ("$dataset", _dataset), ("$table", table), ("$lineage", lineage), ("$key", key), ("$columns", columns));
            return new CopyState(table, Begun: false, LastKey: null, Rows: 0, Done: false);
        }

        var names = string.Join(" and ", mappings.Select(mapping => mapping.Name));
        if (reader.GetString(0) != lineage)
        {
            throw new FeedBrokenException(
                $"The capture of {table} in {_source} was made anew: changes in between are not in the feed. Empty {names} and delete the row '{table}' of hub_copies in the target; it is copied again then.");
        }

        if (reader.GetString(1) != key)
        {
            throw new FeedBrokenException(
                $"The Key of {names} is mapped otherwise than when {table} was copied: the old rows couldn't be found again. Empty {names} and delete the row '{table}' of hub_copies in the target; it is copied again then.");
        }

        var copy = new CopyState(
            table, Begun: reader.GetInt64(5) >= 0, reader.IsDBNull(3) ? null : ChangeRow.Parse(Encoding.UTF8.GetBytes(reader.GetString(3))), reader.GetInt64(4), reader.GetInt64(5) == 1);
        if (reader.GetString(2) == columns)
        {
            return copy;
        }

        // Another mapping of the same rows: each is written again, and changes go on being applied meanwhile.
        reader.Close();
        _connection.Run(
            "UPDATE hub_copies SET mapping = $columns, last_key = NULL, rows = 0, done = min(done, 0) WHERE dataset = $dataset AND source_table = $table",
            ("$dataset", _dataset), ("$table", table), ("$columns", columns));
        return copy with { LastKey = null, Rows = 0, Done = false };
    }
}
