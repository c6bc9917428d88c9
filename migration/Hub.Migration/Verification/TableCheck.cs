using System.Collections.Immutable;
using System.Threading.Channels;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>
/// Compares one table of a target with the source while both are written to (CDC.md "Verify while writes go on"):
/// 1. a chunk of source rows is read between two watermarks and mapped;
/// 2. when the target has applied the second one, the same range of keys is read there in one snapshot;
/// 3. keys that differ, and those that the stream touched since the first watermark, are suspects;
/// 4. suspects are looked at again under fresh watermarks (<see cref="SuspectCheck"/>).
/// The source is read ahead by a chunk while the target's side of the last one is read and compared. Where both ends send values as the
/// same bytes, those are compared, and no value is made of them (<see cref="ByteComparison"/>).
/// </summary>
/// <remarks>
/// Ranges need keys that stand in one order on both sides. That is not believed but seen: once a chunk's keys do not rise,
/// the table is begun anew by keys (<see cref="KeyedTableCheck"/>).
/// </remarks>
internal sealed class TableCheck(VerifiedTarget target, TableMapping table, DatabaseTable source, VerificationPace pace, TimeProvider time) : ITableCheck
{
    private const int SuspectsAtOnce = 1_000;

    // Of a chunk that differs in more rows than this, and than a twentieth of them, the bytes say little.
    private const int MostByBytes = 1_000;
    private readonly SuspectCheck _suspects = new(target, table, source, time);
    private readonly List<Suspect> _waiting = [];
    private ByteComparison? _bytes;

    /// <summary>Called after each part that is settled, with the last source key of it and what was found in it.</summary>
    public required Func<TableStep, Task> Settled { get; init; }

    /// <inheritdoc/>
    public async Task RunAsync(ChangeRow? after, CancellationToken cancellationToken)
    {
        var from = new Place(after, after is null ? null : table.MapKey(after) is { } key ? target.AsRead(key) : throw new UnorderedKeysException());
        _bytes = await ByteComparison.BindAsync(target, table, source, cancellationToken);
        while (true)
        {
            try
            {
                await RunFromAsync(from, cancellationToken);
                return;
            }
            catch (DifferentBytesException e)
            {
                from = e.From;
                _bytes = null;
                _waiting.Clear();
            }
            catch (FloodedException e)
            {
                // More keys were touched than are kept: the stream is given time, then that chunk is read again.
                from = e.From;
                _waiting.Clear();
                await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
            }
        }
    }

    private async Task RunFromAsync(Place from, CancellationToken cancellationToken)
    {
        using var window = StreamWindow.Of(target, table, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var chunks = Channel.CreateBounded<Chunk>(1);
        var reading = Task.Run(() => ReadAsync(window, from, chunks.Writer, stop.Token), CancellationToken.None);
        try
        {
            var unsettled = from;
            var rows = 0L;
            await foreach (var chunk in chunks.Reader.ReadAllAsync(cancellationToken))
            {
                await window.AppliedAsync(chunk.High, cancellationToken);
                await CompareAsync(window, chunk, unsettled, cancellationToken);
                window.Forget(chunk.High);
                rows += chunk.SourceRows;
                if (chunk.Last || _waiting.Count >= SuspectsAtOnce || pace.IsTimeToSettle())
                {
                    var differences = _waiting.Count == 0 ? [] : await _suspects.CheckAsync(_waiting, cancellationToken);
                    _waiting.Clear();
                    await Settled(new TableStep(chunk.To.SourceKey, rows, differences));
                    (unsettled, rows) = (chunk.To, 0);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading;
    }

    private async Task ReadAsync(StreamWindow window, Place from, ChannelWriter<Chunk> chunks, CancellationToken cancellationToken)
    {
        Exception? broken = null;
        try
        {
            var low = await window.MarkAsync(cancellationToken);
            for (var last = false; !last;)
            {
                var chunk = _bytes is { } bytes
                    ? await ReadBytesAsync(window, bytes, low, from, cancellationToken)
                    : await ReadRowsAsync(window, low, from, cancellationToken);
                await chunks.WriteAsync(chunk, cancellationToken);
                (low, from, last) = (chunk.High, chunk.To, chunk.Last);
                await pace.KeepAsync(chunk.SourceRows, cancellationToken);
            }
        }
        catch (Exception e)
        {
            broken = e;
            throw;
        }
        finally
        {
            chunks.TryComplete(broken);
        }
    }

    private async Task<Chunk> ReadRowsAsync(StreamWindow window, int low, Place from, CancellationToken cancellationToken)
    {
        var rows = await target.Source.ReadChunkAsync(source, from.SourceKey, upTo: null, pace.ChunkRows, cancellationToken);
        var high = await window.MarkAsync(cancellationToken);
        var last = rows.Length < pace.ChunkRows;
        var unmapped = new List<Suspect>();
        var expected = Map(rows, from.Key, unmapped);
        var to = new Place(
            rows.Length == 0 ? from.SourceKey : VerifiedTarget.KeyOf(source, rows[^1]),
            last ? null : expected.Count == 0 ? from.Key : expected[^1].Key);
        return new Chunk(low, high, from.Key, to, expected, unmapped, rows.Length, last);
    }

    private async Task<Chunk> ReadBytesAsync(StreamWindow window, ByteComparison bytes, int low, Place from, CancellationToken cancellationToken)
    {
        var rows = await bytes.ReadSourceAsync(from.SourceKey, pace.ChunkRows, cancellationToken);
        var high = await window.MarkAsync(cancellationToken);
        var last = rows.Count < pace.ChunkRows;
        var (key, sourceKey) = rows.Count == 0 ? (from.Key, from.SourceKey) : bytes.KeyOf(rows[rows.Count - 1]);
        return new Chunk(low, high, from.Key, new Place(sourceKey, last ? null : key), [], [], rows.Count, last) { Bytes = rows };
    }

    /// <summary>What the rows make of the table, in the order of its keys. A row that can't be mapped makes nothing: its key is found as one that differs.</summary>
    private List<Expected> Map(ImmutableArray<ChangeRow> rows, object?[]? after, List<Suspect> unmapped)
    {
        var expected = new List<Expected>(rows.Length);
        var effects = new List<RowEffect>();
        foreach (var row in rows)
        {
            effects.Clear();
            if (target.Map(source, row, effects) is not null)
            {
                if (table.MapKey(row) is { } key)
                {
                    unmapped.Add(new Suspect(target.AsRead(key), VerifiedTarget.KeyOf(source, row)));
                }

                continue;
            }

            foreach (var effect in effects)
            {
                if (effect.Table.Name == table.Name)
                {
                    expected.Add(new Expected(target.AsRead(effect.Key), effect.Row is null ? null : target.AsRead(effect.Row), row));
                }
            }
        }

        for (var i = 0; i < expected.Count; i++)
        {
            var before = i == 0 ? after : expected[i - 1].Key;
            if (!KeyOrder.Knows(expected[i].Key) || (before is not null && KeyOrder.Compare(before, expected[i].Key) >= 0))
            {
                throw new UnorderedKeysException();
            }
        }

        return expected;
    }

    private async Task CompareAsync(StreamWindow window, Chunk chunk, Place unsettled, CancellationToken cancellationToken)
    {
        Dictionary<object?[], Touch> touched;
        if (chunk.Bytes is { } rows)
        {
            var most = (2 * rows.Count) + MostByBytes;
            var there = await _bytes!.ReadTargetAsync(chunk.After, chunk.To.Key, most, cancellationToken);
            touched = window.Since(chunk.Low) ?? throw new FloodedException(unsettled);
            CompareBytes(rows, there.Count == most ? throw new DifferentBytesException(unsettled) : there, touched, unsettled);
        }
        else
        {
            var actual = await ReadTargetAsync(chunk, cancellationToken);
            touched = window.Since(chunk.Low) ?? throw new FloodedException(unsettled);
            _waiting.AddRange(chunk.Unmapped);
            RowComparison.Compare(table, chunk.Expected, actual, (key, expected) => _waiting.Add(new Suspect(
                key, expected is { } row ? VerifiedTarget.KeyOf(source, row.Source) : touched.GetValueOrDefault(key)?.SourceKey)));
        }

        foreach (var (key, touch) in touched)
        {
            if ((chunk.After is null || KeyOrder.Compare(key, chunk.After) > 0) && (chunk.To.Key is null || KeyOrder.Compare(key, chunk.To.Key) <= 0))
            {
                _waiting.Add(new Suspect(key, touch.SourceKey));
            }
        }
    }

    private void CompareBytes(BinaryRows rows, BinaryRows there, Dictionary<object?[], Touch> touched, Place unsettled)
    {
        var untouched = 0;
        _bytes!.Compare(rows, there, (row, atSource) =>
        {
            var (key, sourceKey) = _bytes.KeyOf(row);
            var touch = touched.GetValueOrDefault(key);
            _waiting.Add(new Suspect(key, atSource ? sourceKey : touch?.SourceKey));
            untouched += touch is null ? 1 : 0;
            if (untouched > Math.Max(MostByBytes, rows.Count / 20))
            {
                throw new DifferentBytesException(unsettled);
            }
        });
    }

    private async Task<List<object?[]>> ReadTargetAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var actual = new List<object?[]>(chunk.Expected.Count);
        if (chunk.To.Key is not null && chunk.After is not null && KeyOrder.Compare(chunk.After, chunk.To.Key) == 0)
        {
            return actual;
        }

        var most = Math.Max(chunk.Expected.Count, 100) + 100;
        for (var after = chunk.After; ;)
        {
            var rows = await target.Store.ReadRangeAsync(table, after, chunk.To.Key, most, cancellationToken);
            actual.AddRange(rows);
            if (rows.Length < most)
            {
                return actual;
            }

            after = RowComparison.KeyOf(table, rows[^1]);
        }
    }

    /// <summary>Where a chunk ends: the source's last row, and the target's last key (null: no end).</summary>
    private sealed record Place(ChangeRow? SourceKey, object?[]? Key);

    private sealed record Chunk(int Low, int High, object?[]? After, Place To, List<Expected> Expected, List<Suspect> Unmapped, int SourceRows, bool Last)
    {
        /// <summary>The source's rows where they are compared by their bytes; then nothing is mapped.</summary>
        public BinaryRows? Bytes { get; init; }
    }

    private sealed class DifferentBytesException(Place from) : Exception
    {
        public Place From => from;
    }

    private sealed class FloodedException(Place from) : Exception
    {
        public Place From => from;
    }
}

/// <summary>A part of a table that is settled.</summary>
/// <param name="LastKey">The source's last key of it.</param>
/// <param name="Rows">Source rows in it.</param>
internal sealed record TableStep(ChangeRow? LastKey, long Rows, List<Difference> Differences);

/// <summary>The keys of source and target do not stand in one order.</summary>
internal sealed class UnorderedKeysException : Exception;
