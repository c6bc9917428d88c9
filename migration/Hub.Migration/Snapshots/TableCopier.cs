using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Config;
using Hub.Migration.Pipelines;

namespace Hub.Migration.Snapshots;

/// <summary>
/// Copies the tables that a target lacks, beside the stream, chunk by chunk between watermarks (CDC.md "Snapshot while writes go on"):
/// 1. the low watermark is written;
/// 2. the next rows in the order of the key are read;
/// 3. the high watermark is written, where the rows go into the stream, all but those that it touched in between;
/// 4. with their commit the target knows the last key, so that a kill costs what is under way and no more.
/// </summary>
/// <remarks>While a chunk is applied the next one is read already.</remarks>
internal sealed class TableCopier(
    ISourceDatabase source, ITargetStore store, TargetRequest request, TargetTables targets, WatermarkWindows windows, SnapshotConfig config, TimeProvider time) : ITableCopier
{
    private const int ChunksAhead = 2;
    private volatile CopyProgress? _progress;
    private ImmutableSortedSet<string> _unordered = [];

    public CopyProgress? Progress => _progress;

    public ImmutableSortedSet<string> Unordered => _unordered;

    public IEnumerable<string> Problems => [];

    public void Applied(TargetState state)
    {
        // Its windows tell when they have passed.
    }

    public async Task RunAsync(ImmutableArray<DatabaseTable> tables, TargetState state, CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            if (state.Copies.GetValueOrDefault(table.Name) is { Done: false } copy)
            {
                await CopyAsync(table, copy, cancellationToken);
            }
        }

        _progress = null;
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    private async Task CopyAsync(DatabaseTable table, CopyState copy, CancellationToken cancellationToken)
    {
        var estimate = await source.EstimateRowsAsync(table, cancellationToken);
        var extras = await ExtraRows.LookAsync(
            store, request.Mapping, table, targets, copy.LastKey, name => ImmutableInterlocked.Update(ref _unordered, set => set.Add(name)), cancellationToken);
        var (begin, before) = (time.GetTimestamp(), copy.Rows);
        _progress = CopyProgress.Of(table.Name, copy.Rows, estimate, TimeSpan.Zero, 0);
        var under = new Queue<(WatermarkWindow Window, CopyState State)>();
        try
        {
            while (!copy.Done)
            {
                await ThrottleAsync(copy.Rows - before, begin, cancellationToken);

                // 1. and 2.
                var window = await windows.OpenAsync("copy", table, begins: true, cancellationToken);
                var chunk = await source.ReadChunkAsync(table, copy.LastKey, upTo: null, config.ChunkRows, cancellationToken);
                var last = chunk.Length < config.ChunkRows;
                var key = chunk.IsEmpty ? copy.LastKey : window.Keys.Cut(chunk[^1]);
                var gone = extras is null ? [] : await extras.FindAsync(copy.LastKey, last ? null : key, chunk, cancellationToken);
                copy = new CopyState(table.Name, Begun: true, key, copy.Rows + chunk.Length, last);

                // 3. and 4.
                await window.CloseAsync(chunk, gone, copy, cancellationToken);
                under.Enqueue((window, copy));
                if (under.Count >= ChunksAhead || last)
                {
                    await PassAsync(last ? under.Count : 1);
                }
            }
        }
        finally
        {
            foreach (var (window, _) in under)
            {
                window.Dispose();
            }
        }

        async Task PassAsync(int count)
        {
            while (count-- > 0)
            {
                var (window, state) = under.Peek();
                await window.Passed.WaitAsync(cancellationToken);
                _progress = CopyProgress.Of(table.Name, state.Rows, estimate, time.GetElapsedTime(begin), state.Rows - before);
                window.Dispose();
                under.Dequeue();
            }
        }
    }

    private async Task ThrottleAsync(long rows, long begin, CancellationToken cancellationToken)
    {
        if (config.RowsPerSecond > 0 && TimeSpan.FromSeconds((double)rows / config.RowsPerSecond) - time.GetElapsedTime(begin) is { } early && early > TimeSpan.Zero)
        {
            await Task.Delay(early, time, cancellationToken);
        }
    }
}
