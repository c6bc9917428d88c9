using System.Threading.Channels;
using Hub.ChangeFeed;
using Hub.Migration.Applying;

namespace Hub.Migration.Pipelines;

/// <summary>
/// One stretch of a target's life: reading ahead, mapping and applying beside each other over bounded channels, and copying
/// beside them, until one of them ends or fails.
/// </summary>
/// <param name="copy">Puts rows into the stream; it ends with the run.</param>
/// <param name="applied">Called after each commit.</param>
internal sealed class TargetRun(
    IChangeFeed feed, ITargetSession session, StreamMapper mapper, TargetStream stream, Func<CancellationToken, Task> copy, Action<MappedBatch> applied)
{
    private const int BatchesAhead = 1;
    private readonly Channel<ChangeBatch> _read = Channel.CreateBounded<ChangeBatch>(
        new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });

    private readonly Channel<MappedBatch> _mapped = Channel.CreateBounded<MappedBatch>(
        new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });

    private volatile FeedPoint? _applied;

    /// <exception cref="OperationCanceledException">It was asked to end.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] stages =
        [
            Task.Run(() => ReadAsync(stop.Token), CancellationToken.None),
            Task.Run(() => MapAsync(stop.Token), CancellationToken.None),
            Task.Run(() => ApplyAsync(stop.Token), CancellationToken.None),
            Task.Run(() => copy(stop.Token), CancellationToken.None),
        ];

        // The first that ends says why; the others end for it.
        var first = await Task.WhenAny(stages);
        await stop.CancelAsync();
        await Task.WhenAll(stages).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var acknowledged = default(FeedPoint);
        while (true)
        {
            var batch = await feed.ReadAsync(cancellationToken);
            if (!batch.Events.IsEmpty || !batch.Notifications.IsEmpty)
            {
                await _read.Writer.WriteAsync(batch, cancellationToken);
            }

            // Here and not where it is applied: a feed is not for several threads.
            if (_applied is { } point && !ReferenceEquals(point, acknowledged))
            {
                await feed.AcknowledgeAsync(point, cancellationToken);
                acknowledged = point;
            }
        }
    }

    private async Task MapAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in _read.Reader.ReadAllAsync(cancellationToken))
        {
            var mapped = mapper.Map(batch);
            stream.Pass(mapped.Batch.Changes, mapped.Batch.Next);
            await _mapped.Writer.WriteAsync(mapped, cancellationToken);
        }
    }

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        // Parts of a transaction are committed with its last one.
        var parts = new List<MappedChanges>();
        await foreach (var batch in _mapped.Reader.ReadAllAsync(cancellationToken))
        {
            await session.ApplyAsync(batch.Batch, cancellationToken);
            if (!batch.Batch.Open)
            {
                _applied = session.State.Point;
                parts.ForEach(stream.Applied);
                parts.Clear();
                stream.Applied(batch.Batch.Changes);
            }
            else if (batch.Batch.Changes.Watermarks.Count > 0)
            {
                // Of a transaction larger than memory no more is kept than who looks on waits for.
                parts.Add(batch.Batch.Changes);
            }

            foreach (var window in batch.Passed)
            {
                window.Complete();
            }

            applied(batch);
        }
    }
}
