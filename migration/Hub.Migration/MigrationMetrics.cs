using System.Diagnostics.Metrics;
using Hub.Migration.Pipelines;

namespace Hub.Migration;

/// <summary>What the migration plane measures, by dataset and target (docs/telemetry.md).</summary>
internal sealed class MigrationMetrics
{
    private readonly Counter<long> _applied;
    private volatile Func<IEnumerable<DatasetPipeline>> _pipelines = () => [];

    public MigrationMetrics(IMeterFactory meters, TimeProvider time)
    {
        var meter = meters.Create("Hub.Migration");
        _applied = meter.CreateCounter<long>("hub.dataset.applied", "{change}", "Changes applied to a target.");
        meter.CreateObservableGauge(
            "hub.dataset.lag", () => OfTargets((pipeline, target) => pipeline.Lag(target, time.GetUtcNow()) is { } lag ? lag : null), "s",
            "How long ago the oldest change was written that a target has not.");
        meter.CreateObservableGauge(
            "hub.dataset.behind", () => OfTargets((_, target) => target.Status.Behind), "{change}", "Changes that the feed has and a target has not.");
        meter.CreateObservableGauge(
            "hub.dataset.quarantined", () => OfTargets((_, target) => target.Status.Target?.Quarantined), "{key}", "Keys that wait in a target's quarantine.");
        meter.CreateObservableGauge(
            "hub.dataset.paused", () => OfTargets((_, target) => target.Status.State == PipelineState.Paused ? 1 : 0), "{target}", "1 where a target waits for a person.");
        meter.CreateObservableGauge(
            "hub.dataset.copied_rows", () => OfTargets((_, target) => target.Status.Copy?.Rows), "{row}", "Rows of the table that is being copied.");
        meter.CreateObservableGauge(
            "hub.dataset.source_log_bytes",
            () => _pipelines().Where(pipeline => pipeline.SourceLog?.KeptBytes is not null).Select(
                pipeline => new Measurement<long>(pipeline.SourceLog!.KeptBytes!.Value, KeyValuePair.Create("dataset", (object?)pipeline.Model.Name))),
            "By", "Bytes of log that legacy's database keeps for the feed.");
    }

    /// <summary>Whose figures are told.</summary>
    public void Watch(Func<IEnumerable<DatasetPipeline>> pipelines) => _pipelines = pipelines;

    public void Applied(string dataset, string target, int changes)
    {
        if (changes > 0)
        {
            _applied.Add(changes, KeyValuePair.Create("dataset", (object?)dataset), KeyValuePair.Create("target", (object?)target));
        }
    }

    private IEnumerable<Measurement<double>> OfTargets(Func<DatasetPipeline, TargetPipeline, double?> read) =>
        from pipeline in _pipelines()
        from target in pipeline.Targets
        let value = read(pipeline, target)
        where value is not null
        select new Measurement<double>(
            value.Value, KeyValuePair.Create("dataset", (object?)pipeline.Model.Name), KeyValuePair.Create("target", (object?)target.Target.Name));
}
