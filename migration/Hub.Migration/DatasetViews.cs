using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Migration.Pipelines;

namespace Hub.Migration;

/// <summary>Makes what <c>hub dataset list</c> and <c>show</c> print.</summary>
internal static class DatasetViews
{
    private const int QuarantineShown = 5;

    public static async Task<DatasetView> MakeAsync(
        DatasetModel dataset, DatasetPipeline? pipeline, string? elsewhere, Revision? revision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var owner = revision?.Datasets.GetValueOrDefault(dataset.Name)?.Owner ?? "legacy";
        if (pipeline is null && elsewhere is not null)
        {
            return new DatasetView(dataset.Name, owner, "waiting", null, null, null, [], [elsewhere]);
        }

        if (pipeline is null)
        {
            return new DatasetView(dataset.Name, owner, dataset.HeldPerCustomer ? "held per customer" : "not fed", null, null, null, [], []);
        }

        var targets = pipeline.Targets.Select(target => (Pipeline: target, target.Status)).ToList();
        var problems = pipeline.SourceProblems.Concat(targets.SelectMany(target => target.Status.Problems.Concat(target.Pipeline.Notes)
            .Select(problem => $"{target.Pipeline.Target.Name}: {problem}"))).Distinct().ToList();
        problems.AddRange(pipeline.OutboxProblems);
        var views = await Task.WhenAll(targets.Select(target => TargetAsync(pipeline, target.Pipeline, target.Status, now, problems, cancellationToken)));
        return new DatasetView(
            dataset.Name,
            owner,
            Word(targets.Max(target => target.Status.State)),
            views.Any(view => view.LagSeconds is null) ? null : views.Max(view => view.LagSeconds),
            targets.Any(target => target.Status.Behind is null) ? null : targets.Max(target => target.Status.Behind),
            views.Any(view => view.AppliedAt is null) ? null : views.Min(view => view.AppliedAt),
            [.. views],
            [.. problems])
        {
            Log = pipeline.SourceLog is { } log ? new DatasetLogView(log.KeptBytes, log.BoundBytes) : null,
        };
    }

    private static async Task<DatasetTargetView> TargetAsync(
        DatasetPipeline pipeline, TargetPipeline target, PipelineStatus status, DateTimeOffset now, List<string> problems, CancellationToken cancellationToken)
    {
        var rows = ImmutableSortedDictionary<string, long>.Empty;
        var found = new List<string>();
        if (status.Target is { } state)
        {
            try
            {
                rows = await target.Store.CountRowsAsync([.. target.Target.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal)], cancellationToken);
                if (target.Target.Outbox is not null)
                {
                    found.AddRange(await target.Store.Outbox.ReadUntoldAsync(now, cancellationToken));
                }

                if (state.Quarantined > 0)
                {
                    found.AddRange((await target.Store.ListQuarantineAsync(0, QuarantineShown, cancellationToken)).Select(
                        entry => $"{target.Target.Name}: in quarantine: {entry.Change.Table} {entry.Change.Key.ToJson()}: {entry.Reason}"));
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                found.Add($"{target.Target.Name}: {target.Store.Name} can't be read: {e.Message}");
            }
        }

        lock (problems)
        {
            problems.AddRange(found);
        }

        var verified = pipeline.Verifiers.First(verifier => verifier.Target == target.Target.Name).Standing;
        return new DatasetTargetView(target.Target.Name, status.Target?.Point.Highest.ToString() ?? "", status.Applied, status.Target?.Quarantined ?? 0, rows)
        {
            State = Word(status.State),
            LagSeconds = pipeline.Lag(target, now),
            AppliedAt = status.Target?.AppliedAt,
            Copy = status.Copy is { } copy ? new DatasetCopyView(copy.Table, copy.Rows, copy.Estimate, copy.RowsPerSecond, copy.Left?.TotalSeconds) : null,
            VerifiedAt = verified.VerifiedAt,
            Differences = verified.Known.Differences,
            Cut = status.Cut,
            FailedAt = status.FailedAt,
        };
    }

    private static string Word(PipelineState state) => state switch
    {
        PipelineState.Paused => "paused",
        PipelineState.Waiting => "waiting",
        PipelineState.Snapshot => "snapshot",
        _ => "running",
    };
}
