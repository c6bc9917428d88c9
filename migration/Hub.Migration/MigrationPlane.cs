using System.Collections.Immutable;
using System.Data.Common;
using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Postgres;
using Hub.Configuration;
using Hub.Control.Protocol;
using Hub.Migration.Mapping;
using Hub.Migration.Pipelines;
using Hub.Migration.Slugs;
using Hub.Migration.Verification;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Migration;

/// <summary>
/// The migration plane: takes what is wanted from control and keeps a pipeline running for each dataset that has a source.
/// </summary>
internal sealed partial class MigrationPlane(
    MigrationOptions options, Func<OutboxMessage, CancellationToken, Task<bool>> post, MigrationMetrics metrics, TimeProvider time, ILogger<MigrationPlane> logger,
    RowMappings? mappings = null) : IHostedService, IDisposable
{
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private KafkaMemberships? _memberships;
    private volatile PlaneStanding _standing = new([], ImmutableSortedDictionary<string, DatasetPipeline>.Empty);
    private bool _stopped;

    /// <summary>The datasets as they are wanted, and those at work.</summary>
    public PlaneStanding Standing => _standing;

    /// <summary>
    /// Starts, stops and restarts what the document changes; an unchanged dataset goes on undisturbed. A document with
    /// problems changes nothing.
    /// </summary>
    /// <returns>What is wrong with it.</returns>
    public async ValueTask<ImmutableArray<string>> TakeAsync(Revision revision, CancellationToken cancellationToken)
    {
        if (revision.Document is not { } document)
        {
            return [];
        }

        var problems = new List<ConfigProblem>();
        var root = ConfigNode.Read(document, problems);
        var wanted = root is null ? [] : DatasetConfigs.Read(root, options.Folder, problems, mappings);
        var slugs = root is null ? [] : SlugModel.Read(root, wanted, problems);
        if (problems.Count > 0)
        {
            return [.. problems.Select(problem => problem.ToString())];
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_stopped)
            {
                _memberships ??= new KafkaMemberships(AssignedAsync);
                _memberships.Follow(wanted);
                await ChangeAsync(wanted, slugs);
            }
        }
        finally
        {
            _turn.Release();
        }

        await (_memberships?.LeaveAsync() ?? ValueTask.CompletedTask);
        return [];
    }

    /// <summary>Why a dataset of the config is not at work on this plane; null where nothing is to be said.</summary>
    public string? Elsewhere(DatasetModel dataset) => dataset.Source?.Kafka is { } kafka ? _memberships?.Waits(kafka) : null;

    /// <summary>Kafka has given datasets to this plane, or to another one: when this returns they are at work, or stopped.</summary>
    private async Task AssignedAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (!_stopped)
            {
                await ChangeAsync(_standing.Wanted, _standing.Slugs);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Of each dataset, up to where every target has what legacy wrote (SAFETY.md 8); one that nobody can say it of is not there.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Applied()
    {
        var applied = ImmutableSortedDictionary.CreateBuilder<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (name, pipeline) in _standing.Pipelines)
        {
            if (pipeline.AppliedAt is { } at)
            {
                applied.Add(name, at);
            }
        }

        return applied.ToImmutable();
    }

    /// <summary>Of each dataset at work, what verification says (SAFETY.md 20).</summary>
    public ImmutableArray<DatasetParity> Parity() => [.. _standing.Pipelines.Values.Where(pipeline => pipeline.RunsHere).Select(pipeline =>
    {
        var standings = pipeline.Verifiers.Select(verifier => verifier.Standing).ToList();
        var counts = standings.Aggregate(default(DifferenceCounts), (sum, one) => sum + one.Known);
        return new DatasetParity(
            pipeline.Model.Name, standings.Any(one => one.VerifiedAt is null) ? null : standings.Min(one => one.VerifiedAt),
            counts.Missing, counts.Extra, counts.Mismatched, standings.Sum(one => one.Quarantined),
            pipeline.Targets.Select(target => target.Stream.Waits).FirstOrDefault(waits => waits is not null));
    })];

    /// <summary>A dataset at work.</summary>
    public DatasetPipeline? Find(string dataset, out ProblemHttpResult? problem)
    {
        var (standing, found) = (_standing, _standing.Pipelines.Values.FirstOrDefault(pipeline => pipeline.Model.Name.Equals(dataset, StringComparison.OrdinalIgnoreCase)));
        var elsewhere = standing.Wanted.FirstOrDefault(wanted => wanted.Name.Equals(dataset, StringComparison.OrdinalIgnoreCase)) is { } known ? Elsewhere(known) : null;
        problem = found is not null ? null
            : elsewhere is not null ? TypedResults.Problem(title: $"{dataset} is not at work here", detail: elsewhere, statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Problem(
                title: $"No dataset {dataset} is fed here",
                detail: standing.Pipelines.IsEmpty ? "No dataset of the config that this plane holds has a Source." : $"There are: {string.Join(", ", standing.Pipelines.Keys)}.",
                statusCode: StatusCodes.Status404NotFound);
        return found;
    }

    /// <summary>The targets of a dataset at work, or one of them.</summary>
    public IReadOnlyList<TargetPipeline>? FindTargets(string dataset, string? target, out ProblemHttpResult? problem)
    {
        if (Find(dataset, out problem) is not { } found)
        {
            return null;
        }

        var targets = found.Targets.Where(one => target is null || one.Target.Name.Equals(target, StringComparison.OrdinalIgnoreCase)).ToList();
        problem = targets.Count > 0 ? null : TypedResults.Problem(
            title: $"{dataset} has no target {target}", detail: $"It has {string.Join(", ", found.Targets.Select(one => one.Target.Name))}.", statusCode: StatusCodes.Status404NotFound);
        return targets.Count > 0 ? targets : null;
    }

    /// <summary>What verifies them, each with the target's tables.</summary>
    public IReadOnlyList<(TargetVerifier Verifier, ImmutableArray<VerifiedPart> Parts)>? FindVerifiers(string dataset, string? target, out ProblemHttpResult? problem) =>
        FindTargets(dataset, target, out problem) is not { } targets ? null : [.. _standing.Pipelines.Values.SelectMany(pipeline => pipeline.Targets.Zip(pipeline.Verifiers))
            .Where(pair => targets.Contains(pair.First))
            .Select(pair => (pair.Second, VerifiedPart.Of(pair.First.Target.Tables).DistinctBy(part => part.Name).ToImmutableArray()))];

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            _stopped = true;
            await Task.WhenAll(_standing.Pipelines.Values.Select(pipeline => pipeline.DisposeAsync().AsTask()));
            _standing = new(_standing.Wanted, ImmutableSortedDictionary<string, DatasetPipeline>.Empty);
            _memberships?.Follow([]);
        }
        finally
        {
            _turn.Release();
        }

        // Others go on with what was at work here.
        await (_memberships?.LeaveAsync() ?? ValueTask.CompletedTask);
    }

    public void Dispose() => _turn.Dispose();

    private async Task ChangeAsync(ImmutableArray<DatasetModel> wanted, ImmutableArray<SlugModel> slugs)
    {
        var before = _standing.Pipelines;
        var kept = before.Where(pair => wanted.Any(
            dataset => dataset.Fingerprint == pair.Value.Model.Fingerprint && dataset.Name == pair.Key && IsHere(dataset))).ToImmutableSortedDictionary();
        var gone = before.RemoveRange(kept.Keys);
        await Task.WhenAll(gone.Values.Select(pipeline => pipeline.DisposeAsync().AsTask()));
        foreach (var pipeline in gone.Values)
        {
            var after = wanted.FirstOrDefault(dataset => dataset.Name == pipeline.Model.Name);
            if (pipeline.Model.Source is { Kafka: null, Database.Engine: DatabaseEngine.Postgres })
            {
                await RemovePostgresAsync(pipeline.Model, after);
            }
            else
            {
                RemoveCapture(pipeline.Model, after?.Source);
            }
        }

        var running = kept.ToBuilder();
        var problems = Forgotten(wanted).ToBuilder();
        problems.AddRange(_memberships?.Problems ?? []);
        foreach (var dataset in wanted.Where(dataset => dataset.Source is not null && IsHere(dataset) && !kept.ContainsKey(dataset.Name)))
        {
            try
            {
                Log.Starting(logger, dataset.Name);
                running.Add(dataset.Name, new DatasetPipeline(dataset, post, metrics, time, logger));
            }
            catch (Exception e) when (e is InvalidOperationException or NotSupportedException or ArgumentException)
            {
                // A secret that isn't there: the others run all the same.
                Log.NotStarted(logger, dataset.Name, e);
                problems.Add($"{dataset.Name} can't be started: {e.Message} Correct it and apply the config again, or start the plane again.");
            }
        }

        _standing = new(wanted, running.ToImmutable()) { Problems = problems.ToImmutable(), Slugs = slugs };
        metrics.Watch(() => _standing.Pipelines.Values);
    }

    /// <summary>A dataset that comes by Kafka is at work where its topic is assigned, any other everywhere.</summary>
    private bool IsHere(DatasetModel dataset) => dataset.Source?.Kafka is not { } kafka || _memberships?.Holds(kafka) == true;

    /// <summary>Captures that a config of before left behind while this plane was down. Whose they are now, nobody here can know.</summary>
    private static ImmutableArray<string> Forgotten(ImmutableArray<DatasetModel> wanted)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var source in wanted.Select(dataset => dataset.Source?.Sqlite).OfType<string>().Where(File.Exists).Distinct())
        {
            try
            {
                problems.AddRange(new SqliteCapture(new SqliteSource(source)).Datasets().Except(wanted.Select(dataset => dataset.Name)).Select(
                    name => $"{source} holds the capture of a dataset {name} that the config doesn't have: its log there grows with each write. "
                        + $"Put {name} into the config and take it out again while this plane runs, if no other hub reads it."));
            }
            catch (SqliteException e)
            {
                problems.Add($"{source} can't be looked through for captures that nobody reads: {e.Message}");
            }
        }

        return problems.ToImmutable();
    }

    /// <summary>Takes the capture of tables that are no longer wanted out of legacy's database: nobody would prune it.</summary>
    private void RemoveCapture(DatasetModel dataset, SourceModel? after)
    {
        try
        {
            if (File.Exists(dataset.Source!.Sqlite))
            {
                new SqliteCapture(new SqliteSource(dataset.Source.Sqlite!)).Remove(
                    dataset.Name, after?.Sqlite == dataset.Source.Sqlite ? after.Tables : ImmutableArray<string>.Empty);
            }
        }
        catch (SqliteException e)
        {
            Log.CaptureStays(logger, dataset.Name, dataset.Source!.Database.Name, e);
        }
    }

    /// <summary>Takes slots that nobody will read out of legacy's database: they would keep its log until its disk is full.</summary>
    private async Task RemovePostgresAsync(DatasetModel dataset, DatasetModel? after)
    {
        using var patience = new CancellationTokenSource(RemovalPatience, time);
        try
        {
            var (before, now) = (dataset.Source!.Database, after?.Source?.Database);
            await using var source = new PostgresSource(before.ConnectionString(), before.Schema);
            var targets = dataset.Targets.Select(target => target.Name);
            if (now is not { Engine: DatabaseEngine.Postgres } || now.Identity != before.Identity || now.Schema != before.Schema)
            {
                await PostgresCapture.RemoveAsync(source, dataset.Name, targets, patience.Token);
            }
            else
            {
                await PostgresCapture.RemoveSlotsAsync(
                    source, dataset.Name, after!.Source!.Kafka is null ? targets.Except(after.Targets.Select(target => target.Name)) : targets, patience.Token);
            }
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or OperationCanceledException or TimeoutException)
        {
            Log.CaptureStays(logger, dataset.Name, dataset.Source!.Database.Name, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The dataset {Dataset} is started")]
        public static partial void Starting(ILogger logger, string dataset);

        [LoggerMessage(3, LogLevel.Error, "The dataset {Dataset} can't be started")]
        public static partial void NotStarted(ILogger logger, string dataset, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "The capture of {Dataset} could not be taken out of {Source}: its log there grows until a person removes it")]
        public static partial void CaptureStays(ILogger logger, string dataset, string source, Exception exception);
    }
}

/// <summary>What is wanted and what is at work.</summary>
internal sealed record PlaneStanding(ImmutableArray<DatasetModel> Wanted, ImmutableSortedDictionary<string, DatasetPipeline> Pipelines)
{
    /// <summary>What is wrong beside the datasets' own troubles.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>The slug tables that gateways may ask for.</summary>
    public ImmutableArray<SlugModel> Slugs { get; init; } = [];
}
