using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Hub.Control.Protocol;
using Hub.Migration.Outbox;
using Hub.Migration.Snapshots;
using Hub.Migration.Verification;
using Microsoft.Extensions.Logging;

namespace Hub.Migration.Pipelines;

/// <summary>A dataset at work: its source, a pipeline for each target, and the posting of their outboxes.</summary>
internal sealed class DatasetPipeline : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ISourceDatabase _source;
    private readonly SourceKeeper _keeper;
    private readonly ImmutableArray<(TargetPipeline Pipeline, OutboxPoster? Poster)> _targets;
    private readonly ImmutableArray<TargetVerifier> _verifiers;
    private readonly Task _work;

    /// <exception cref="InvalidOperationException">A password's variable or file isn't there.</exception>
    public DatasetPipeline(
        DatasetModel model, Func<OutboxMessage, CancellationToken, Task<bool>> post, MigrationMetrics metrics, TimeProvider time, ILogger logger)
    {
        Model = model;
        _source = Feeds.OpenSource(model);
        _keeper = new SourceKeeper(model, _source, time, logger);
        var rounds = new SignalRounds(() => _keeper.Lag.Newest, model.Targets.Length);
        _targets = [.. model.Targets.Select(target =>
        {
            var store = Feeds.OpenStore(model.Name, target);
            return (
                new TargetPipeline(model, target, _source, _keeper, rounds, store, (tables, state) => Feeds.Open(model, target, _source, tables, state, time), metrics, time, logger)
                {
                    CopiedAgain = tables => Verify(target, tables),
                },
                target.Outbox is null ? null : new OutboxPoster(model.Name, store.Outbox, post, time, logger));
        })];
        _verifiers = [.. _targets.Select(target => new TargetVerifier(
            model.Name, target.Pipeline.Target.Name, target.Pipeline.Store, () => Verified(target.Pipeline), model.Verify, time, logger))];
        _work = Task.WhenAll(
            [
                Task.Run(() => _keeper.RunAsync(_stop.Token), CancellationToken.None),
                .. _targets.Select(target => Task.Run(() => target.Pipeline.RunAsync(_stop.Token), CancellationToken.None)),
                .. _verifiers.Select(verifier => Task.Run(() => verifier.RunAsync(_stop.Token), CancellationToken.None)),
                .. _targets.Where(target => target.Poster is not null).Select(target => Task.Run(() => target.Poster!.RunAsync(_stop.Token), CancellationToken.None)),
            ]);
    }

    public DatasetModel Model { get; }

    /// <summary>No target is fed by another instance.</summary>
    public bool RunsHere => !_targets.Any(target => target.Pipeline.StandsBy);

    /// <summary>What is in the way at the source, or will be.</summary>
    public IEnumerable<string> SourceProblems => _keeper.Problems;

    /// <summary>What legacy's database keeps for the feed.</summary>
    public SourceLog? SourceLog => _keeper.SourceLog;

    /// <summary>One for each target, in their order.</summary>
    public ImmutableArray<TargetVerifier> Verifiers => _verifiers;

    public IEnumerable<TargetPipeline> Targets => _targets.Select(target => target.Pipeline);

    public ImmutableArray<string> OutboxProblems => [.. _targets.SelectMany(target => target.Poster?.Problems ?? [])];

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
                if (pipeline.Status is not { State: PipelineState.Running, Target.AppliedAt: { } at })
                {
                    return null;
                }

                least = least < at ? least : at;
            }

            return least;
        }
    }

    /// <summary>How long ago the oldest change was written that a target has not; null where nobody can say.</summary>
    public double? Lag(TargetPipeline target, DateTimeOffset now)
    {
        _keeper.Lag.Forget(_targets.Min(other => other.Pipeline.Status.Target?.Counter ?? 0));
        return target.Status.Target is { } state ? _keeper.Lag.Behind(state.Counter, state.AppliedAt, now) : null;
    }

    /// <summary>Goes on with a target that is paused.</summary>
    /// <param name="snapshot">All its tables are copied again.</param>
    /// <param name="verify">All its tables are verified at once.</param>
    public async Task ResumeAsync(TargetPipeline target, bool snapshot, bool verify, CancellationToken cancellationToken)
    {
        await target.ResumeAsync(snapshot, cancellationToken);
        if (verify)
        {
            // Where a person's is under way already, what it has passed may be from before the gap: that one has to end first.
            Verifiers.Single(verifier => verifier.Target == target.Target.Name).Ask(new VerificationRequest { GoesOnWithin = TimeSpan.Zero });
        }
    }

    /// <summary>Has what was copied again verified, and rows taken away that legacy no longer has: a connector's copy does not tell of them.</summary>
    private void Verify(TargetModel target, ImmutableArray<string> sources)
    {
        var tables = target.Tables.Where(table => sources.Contains(table.From, StringComparer.Ordinal)).Select(table => table.Name).Distinct(StringComparer.Ordinal).ToList();
        if (tables.Count > 0)
        {
            _verifiers.Single(verifier => verifier.Target == target.Name)
                .Ask(new VerificationRequest(tables.Count == 1 ? tables[0] : null, Repair: true) { GoesOnWithin = TimeSpan.Zero });
        }
    }

    /// <summary>A target that is at work, as it is compared; null before it was.</summary>
    private VerifiedTarget? Verified(TargetPipeline target) => target is { Mapping: { } mapping, SourceTables: { IsEmpty: false } tables }
        ? new VerifiedTarget(Model.Name, target.Target.Name, _source, tables.ToDictionary(table => table.Name, StringComparer.Ordinal), target.Store, mapping, target.Stream)
        : null;

    /// <summary>Ends at the next step; what is not committed is done again by whoever goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        foreach (var (pipeline, _) in _targets)
        {
            await pipeline.DisposeAsync();
        }

        await _source.DisposeAsync();
        _stop.Dispose();
    }
}
