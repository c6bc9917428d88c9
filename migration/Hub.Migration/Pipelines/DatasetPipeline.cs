using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Hub.Control.Protocol;
using Hub.Migration.Outbox;
using Microsoft.Extensions.Logging;

namespace Hub.Migration.Pipelines;

/// <summary>A dataset at work: its capture, a pipeline for each target, and the posting of their outboxes.</summary>
internal sealed class DatasetPipeline : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly DatasetCapture _capture;
    private readonly ImmutableArray<(TargetPipeline Pipeline, OutboxPoster? Poster)> _targets;
    private readonly Task _work;

    public DatasetPipeline(DatasetModel model, Func<OutboxMessage, CancellationToken, Task<bool>> post, TimeProvider time, ILogger logger)
    {
        Model = model;
        var source = new SqliteSource(model.Source!.Sqlite!);
        _capture = new DatasetCapture(model.Name, source, model.Source.Tables, time, logger);
        _targets = [.. model.Targets.Select(target => (
            new TargetPipeline(model, target, _capture, time, logger),
            target.Outbox is null ? null : new OutboxPoster(model.Name, target.Sqlite!, post, time, logger)))];
        _work = Task.WhenAll(
            [
                Task.Run(() => _capture.RunAsync(Applied, _stop.Token), CancellationToken.None),
                .. _targets.Select(target => Task.Run(() => target.Pipeline.RunAsync(_stop.Token), CancellationToken.None)),
                .. _targets.Where(target => target.Poster is not null).Select(target => Task.Run(() => target.Poster!.RunAsync(_stop.Token), CancellationToken.None)),
            ]);
    }

    public DatasetModel Model { get; }

    /// <summary>What is in the way at the source.</summary>
    public IReadOnlyList<string> SourceProblems => _capture.Standing.Problems;

    public IEnumerable<(TargetModel Target, PipelineStatus Status, ImmutableArray<string> OutboxProblems)> Targets =>
        _targets.Select(target => (target.Pipeline.Target, target.Pipeline.Status, target.Poster?.Problems ?? []));

    /// <summary>
    /// The source's time up to which every target has all of it; null while one is copied, or was not fed yet. Keys in
    /// quarantine are told elsewhere and do not hold it up for everybody.
    /// </summary>
    public DateTimeOffset? AppliedAt
    {
        get
        {
            DateTimeOffset? least = null;
            foreach (var (pipeline, _) in _targets)
            {
                if (pipeline.Status is not { State: PipelineState.Running, AppliedAt: { } at })
                {
                    return null;
                }

                least = least < at ? least : at;
            }

            return least;
        }
    }

    /// <summary>Ends at the next step; what is not committed is done again by whoever goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    // A target that doesn't stand yet has applied nothing: nothing may go.
    private Position Applied() => _targets.Min(target => target.Pipeline.Status.Next?.Major ?? 0) is var least ? new Position(least) : default;
}
