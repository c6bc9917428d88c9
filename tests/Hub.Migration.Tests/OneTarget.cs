using System.Diagnostics.Metrics;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Migration.Tests;

/// <summary>A dataset's pipeline into one of its targets, as the plane runs it, from a SQLite source.</summary>
internal sealed class OneTarget : IAsyncDisposable
{
    private readonly DatasetPipeline _pipeline;
    private readonly DatasetModel _dataset;

    public OneTarget(DatasetModel dataset, string target)
    {
        _dataset = dataset with { Targets = [.. dataset.Targets.Where(candidate => candidate.Name == target)] };
        _pipeline = new DatasetPipeline(_dataset, (_, _) => Task.FromException<bool>(new HttpRequestException("nobody")), Metrics, TimeProvider.System, NullLogger.Instance);
    }

    public static MigrationMetrics Metrics { get; } = new(
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(), TimeProvider.System);

    public TargetPipeline Target => _pipeline.Targets.Single();

    /// <summary>Waits until all that the source holds now is applied.</summary>
    public async Task DrainAsync()
    {
        await Until(() => Target.Status.State == PipelineState.Running);
        var source = new SqliteSource(_dataset.Source!.Sqlite!);
        var counter = await source.WriteWatermarkAsync(
            _dataset.Name, await source.ReadLineageAsync(CancellationToken.None), "test", TimeProvider.System.GetUtcNow(), CancellationToken.None);
        await Until(() => Target.Status is { State: PipelineState.Running, Target.Counter: var applied } && applied >= counter);
    }

    public async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"{Target.Status}: {string.Join(" ", Target.Status.Problems)}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();
}
