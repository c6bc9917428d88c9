using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Applying;
using Hub.Storage;
using Microsoft.Extensions.Logging;

namespace Hub.Migration.Pipelines;

/// <summary>Feeds one target of a dataset for as long as it is wanted, and says how it stands.</summary>
internal sealed partial class TargetPipeline(
    DatasetModel dataset, TargetModel target, DatasetCapture capture, TimeProvider time, ILogger logger)
{
    /// <summary>How often the source is asked whether anything was written.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private volatile PipelineStatus _status = PipelineStatus.Waiting("It is being started.");

    public TargetModel Target => target;

    public PipelineStatus Status => _status;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _status = _status with { State = PipelineState.Waiting, Problems = await FeedAsync(cancellationToken) };
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (FencedException e)
            {
                Log.Fenced(logger, dataset.Name, target.Name, e);
                _status = _status with { State = PipelineState.Paused, Problems = [e.Message] };
                return;
            }
            catch (FeedBrokenException e)
            {
                // Tried again all the same: when a person has done what the message says, it goes on by itself.
                if (_status.State != PipelineState.Paused)
                {
                    Log.Broken(logger, dataset.Name, target.Name, e);
                }

                _status = _status with { State = PipelineState.Paused, Problems = [e.Message] };
            }
            catch (Exception e)
            {
                Log.Fails(logger, dataset.Name, target.Name, e);
                _status = _status with { Problems = [$"{target.Store.Name} or its source can't be used: {e.Message} It is tried again each second."] };
            }

            await Task.Delay(Again, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Feeds until the capture is another one than at the start.</summary>
    /// <returns>What it has to wait for.</returns>
    private async Task<ImmutableArray<string>> FeedAsync(CancellationToken cancellationToken)
    {
        if (capture.Standing is not { Ready: true, Outcome: { } outcome })
        {
            return ["It waits for the source."];
        }

        if (!File.Exists(target.Sqlite!))
        {
            return [$"There is no {target.Store.Name} yet; the service that owns it makes it when it starts."];
        }

        var file = new SqliteFile(target.Sqlite!);
        var problems = new List<string>();
        if (TargetBinding.Bind(target, outcome.Tables, file, problems) is not var (mapping, outbox))
        {
            return [.. problems];
        }

        var source = new SqliteSource(dataset.Source!.Sqlite!);
        using var log = new SqliteChangeLog(source, dataset.Name, dataset.Source.Tables);
        using var store = new TargetStore(file, dataset.Name, mapping, outbox, source.Path);
        store.Take(log.Head, outcome.Lineages);
        store.RetryAll(cancellationToken);
        var feed = new TargetFeed(log, outcome.Tables, store);
        Log.Taken(logger, dataset.Name, target.Name, (long)store.Next.Major);
        for (var version = -1L; ReferenceEquals(capture.Standing.Outcome, outcome);)
        {
            // The version is asked before the read, so that a write between the two is seen the next time.
            var now = log.Version;
            var more = (now != version || feed.Copying is not null) && feed.Step(cancellationToken);
            if (now != version || more)
            {
                Note(store, feed);
            }

            version = now;
            if (!more)
            {
                await Task.Delay(Poll, time, cancellationToken);
            }
            else
            {
                version = -1;
            }
        }

        return ["The capture in the source has changed; the tables are looked at again."];
    }

    private void Note(TargetStore store, TargetFeed feed)
    {
        var rows = store.Copies.Values.ToImmutableSortedDictionary(copy => copy.Table, copy => copy.Rows, StringComparer.Ordinal);
        var quarantined = store.Quarantined;
        _status = new PipelineStatus(
            feed.Copying is null ? PipelineState.Running : PipelineState.Snapshot, store.Next, store.AppliedAt, store.Batches.Applied, quarantined,
            feed.Copying is { } table ? [$"{table.Name} is being copied: {rows[table.Name]} rows so far."]
            : store.Batches.ClockDoubt is { } doubt ? [doubt] : []);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Dataset} feeds {Target} from {Position} on")]
        public static partial void Taken(ILogger logger, string dataset, string target, long position);

        [LoggerMessage(2, LogLevel.Error, "{Dataset} no longer feeds {Target}")]
        public static partial void Fenced(ILogger logger, string dataset, string target, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "{Dataset} can't go on feeding {Target} without a person")]
        public static partial void Broken(ILogger logger, string dataset, string target, Exception exception);

        [LoggerMessage(4, LogLevel.Warning, "{Dataset} can't feed {Target} now; it is tried again")]
        public static partial void Fails(ILogger logger, string dataset, string target, Exception exception);
    }
}
