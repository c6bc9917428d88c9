using Hub.Control.Protocol;
using Hub.Migration.Pipelines;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Migration;

/// <summary><c>hub dataset pause | resume | snapshot</c>.</summary>
internal static class DatasetVerbs
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/datasets/{name}/pause", PauseAsync);
        app.MapPost("/api/datasets/{name}/resume", ResumeAsync);
        app.MapPost("/api/datasets/{name}/snapshot", SnapshotAsync);
    }

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> PauseAsync(
        string name, PauseDataset request, MigrationPlane plane, PlaneLink link, TimeProvider time, CancellationToken cancellationToken)
    {
        if (plane.Find(name, out var problem) is not { } pipeline)
        {
            return problem!;
        }

        foreach (var target in pipeline.Targets)
        {
            await target.PauseAsync(PauseReason.Of(request.By, request.Reason), cancellationToken);
        }

        await SettleAsync(pipeline.Targets, isPaused: true, time, cancellationToken);
        return await ShowAsync(pipeline, link, time, cancellationToken);
    }

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> ResumeAsync(
        string name, ResumeDataset request, MigrationPlane plane, PlaneLink link, TimeProvider time, CancellationToken cancellationToken)
    {
        if (plane.Find(name, out var problem) is not { } pipeline)
        {
            return problem!;
        }

        if (request.How is not (null or "snapshot" or "as-is" or "verify"))
        {
            return Problem("There is no such way to resume", $"'{request.How}' is neither snapshot nor verify nor as-is.", StatusCodes.Status400BadRequest);
        }

        var paused = pipeline.Targets.Where(target => target.Status.State == PipelineState.Paused).ToList();
        if (paused.Count == 0)
        {
            return Problem(
                $"{pipeline.Model.Name} is not paused", $"To copy its tables again: hub dataset snapshot {pipeline.Model.Name}", StatusCodes.Status409Conflict);
        }

        if (request.How is null && paused.SelectMany(target => target.Status.Problems).FirstOrDefault(PauseReason.IsGap) is { } gap)
        {
            return Problem(
                $"Changes of {pipeline.Model.Name} may be missing",
                $"{gap} Say how to go on: --snapshot copies its tables again from legacy's present on; --verify goes on where it stands and has it verified at once; --as-is goes on and leaves that to you.",
                StatusCodes.Status409Conflict);
        }

        foreach (var target in paused)
        {
            await pipeline.ResumeAsync(target, snapshot: request.How == "snapshot", verify: request.How == "verify", cancellationToken);
        }

        await SettleAsync(paused, isPaused: false, time, cancellationToken);
        return await ShowAsync(pipeline, link, time, cancellationToken);
    }

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> SnapshotAsync(
        string name, SnapshotDataset request, MigrationPlane plane, PlaneLink link, TimeProvider time, CancellationToken cancellationToken)
    {
        if (plane.Find(name, out var problem) is not { } pipeline)
        {
            return problem!;
        }

        if (request.Table is { } table && !pipeline.Model.Source!.Tables.Contains(table, StringComparer.Ordinal))
        {
            return Problem(
                $"{pipeline.Model.Name} has no table {table}", $"It has {string.Join(", ", pipeline.Model.Source.Tables)}, as legacy names them.", StatusCodes.Status404NotFound);
        }

        var targets = pipeline.Targets.Where(target => request.Target is null || target.Target.Name.Equals(request.Target, StringComparison.OrdinalIgnoreCase)).ToList();
        if (targets.Count == 0)
        {
            return Problem(
                $"{pipeline.Model.Name} has no target {request.Target}", $"It has {string.Join(", ", pipeline.Targets.Select(target => target.Target.Name))}.", StatusCodes.Status404NotFound);
        }

        if (targets.FirstOrDefault(target => target.Status.State == PipelineState.Paused) is { } paused)
        {
            return Problem(
                $"{pipeline.Model.Name} is paused", $"{paused.Target.Name}: {string.Join(" ", paused.Status.Problems)} To go on and copy all again: hub dataset resume {pipeline.Model.Name} --snapshot",
                StatusCodes.Status409Conflict);
        }

        foreach (var target in targets)
        {
            target.CopyAgain(request.Table is { } one ? [one] : pipeline.Model.Source!.Tables);
        }

        return await ShowAsync(pipeline, link, time, cancellationToken);
    }

    /// <summary>The answer shows what was asked for, where that comes about within some seconds.</summary>
    private static async Task SettleAsync(IEnumerable<TargetPipeline> targets, bool isPaused, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var looks = 0; looks < 50 && targets.Any(target => (target.Status.State == PipelineState.Paused) != isPaused); looks++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private static async Task<Ok<DatasetView>> ShowAsync(DatasetPipeline pipeline, PlaneLink link, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await DatasetViews.MakeAsync(pipeline.Model, pipeline, elsewhere: null, link.Current, time.GetUtcNow(), cancellationToken));

    private static ProblemHttpResult Problem(string title, string detail, int status) => TypedResults.Problem(title: title, detail: detail, statusCode: status);
}
