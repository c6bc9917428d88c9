using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Hub.Control.Protocol;
using Hub.Migration.Outbox;
using Hub.Migration.Pipelines;
using Hub.Migration.Quarantine;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Migration;

/// <summary>Makes what <c>hub dataset list</c> and <c>show</c> print, from the databases as they are now.</summary>
internal static class DatasetViews
{
    public static DatasetView Make(DatasetModel dataset, DatasetPipeline? pipeline, Revision? revision, DateTimeOffset now)
    {
        var owner = revision?.Datasets.GetValueOrDefault(dataset.Name)?.Owner ?? "legacy";
        if (pipeline is null)
        {
            return new DatasetView(dataset.Name, owner, dataset.HeldPerCustomer ? "held per customer" : "not fed", null, null, null, [], []);
        }

        var targets = pipeline.Targets.ToList();
        var problems = pipeline.SourceProblems.Concat(targets.SelectMany(target => target.Status.Problems.Select(problem => $"{target.Target.Name}: {problem}"))).Distinct().ToList();
        problems.AddRange(targets.SelectMany(target => target.OutboxProblems));
        var views = targets.Select(target => Target(dataset.Name, target.Target, target.Status, now, problems)).ToImmutableArray();
        var (events, oldest) = Behind(dataset, targets.Min(target => target.Status.Next?.Major), problems);
        return new DatasetView(
            dataset.Name,
            owner,
            targets.Max(target => target.Status.State) switch
            {
                PipelineState.Paused => "paused",
                PipelineState.Waiting => "waiting",
                PipelineState.Snapshot => "snapshot",
                _ => "running",
            },
            events is null ? null : oldest is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0,
            events,
            targets.Any(target => target.Status.AppliedAt is null) ? null : targets.Min(target => target.Status.AppliedAt),
            views,
            [.. problems]);
    }

    private static DatasetTargetView Target(string dataset, TargetModel target, PipelineStatus status, DateTimeOffset now, List<string> problems)
    {
        var rows = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        if (status.Next is not null && File.Exists(target.Sqlite!))
        {
            try
            {
                using var connection = new SqliteFile(target.Sqlite!).Open();
                foreach (var table in target.Tables)
                {
                    rows.Add(table.Name, (long)connection.Scalar($"SELECT count(*) FROM {SqliteSql.Quote(table.Name)}")!);
                }

                if (target.Outbox is not null)
                {
                    problems.AddRange(UntoldStore.Reasons(connection, dataset, now));
                }

                problems.AddRange(QuarantineStore.Reasons(connection, dataset, 5).Select(reason => $"{target.Name}: in quarantine: {reason}"));
            }
            catch (SqliteException e)
            {
                problems.Add($"{target.Name}: {target.Store.Name} can't be read: {e.Message}");
            }
        }

        return new DatasetTargetView(target.Name, status.Next?.ToString() ?? "", status.Applied, status.Quarantined, rows.ToImmutable());
    }

    private static (long? Events, DateTimeOffset? Oldest) Behind(DatasetModel dataset, ulong? applied, List<string> problems)
    {
        if (applied is null || !File.Exists(dataset.Source!.Sqlite!))
        {
            return default;
        }

        try
        {
            using var log = new SqliteChangeLog(new SqliteSource(dataset.Source.Sqlite!), dataset.Name, dataset.Source.Tables);
            return log.Behind(new Position(applied.Value));
        }
        catch (SqliteException e)
        {
            problems.Add($"the source {dataset.Source.Database.Name} can't be read: {e.Message}");
            return default;
        }
    }
}
