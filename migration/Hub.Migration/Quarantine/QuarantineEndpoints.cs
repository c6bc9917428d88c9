using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Migration.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Migration.Quarantine;

/// <summary><c>hub dataset quarantine D list | show | retry | discard</c>.</summary>
internal static class QuarantineEndpoints
{
    private const int Page = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/datasets/{name}/quarantine", ListAsync);
        app.MapGet("/api/datasets/{name}/quarantine/{target}/{id:long}", ShowAsync);
        app.MapPost("/api/datasets/{name}/quarantine/retry", RetryAsync);
        app.MapPost("/api/datasets/{name}/quarantine/discard", DiscardAsync);
    }

    private static async Task<Results<Ok<ImmutableArray<QuarantineView>>, ProblemHttpResult>> ListAsync(
        string name, MigrationPlane plane, CancellationToken cancellationToken, string? target = null, long after = 0)
    {
        if (plane.FindTargets(name, target, out var problem) is not { } targets)
        {
            return problem!;
        }

        var views = ImmutableArray.CreateBuilder<QuarantineView>();
        foreach (var one in targets)
        {
            views.AddRange((await one.Store.ListQuarantineAsync(after, Page, cancellationToken)).Select(entry => View(one, entry, rows: false)));
        }

        return TypedResults.Ok(views.ToImmutable());
    }

    private static async Task<Results<Ok<QuarantineView>, ProblemHttpResult>> ShowAsync(
        string name, string target, long id, MigrationPlane plane, CancellationToken cancellationToken)
    {
        if (plane.FindTargets(name, target, out var problem) is not { } targets)
        {
            return problem!;
        }

        return await targets[0].Store.ReadQuarantineAsync(id, cancellationToken) is { } entry
            ? TypedResults.Ok(View(targets[0], entry, rows: true))
            : Gone(name, id);
    }

    private static async Task<Results<Ok<ImmutableArray<QuarantineView>>, ProblemHttpResult>> RetryAsync(
        string name, ChangeQuarantine request, MigrationPlane plane, CancellationToken cancellationToken)
    {
        if (plane.FindTargets(name, request.Target, out var problem) is not { } targets)
        {
            return problem!;
        }

        if (targets.FirstOrDefault(one => one.Status.State == PipelineState.Paused) is { } paused)
        {
            return TypedResults.Problem(
                title: $"{paused.Target.Name} is paused", detail: $"Nothing is applied there until hub dataset resume {name}; what waits is tried again then.",
                statusCode: StatusCodes.Status409Conflict);
        }

        if (request.Id is { } id)
        {
            if (targets.Count > 1)
            {
                return Unsaid(name, targets);
            }

            if (await targets[0].Store.ReadQuarantineAsync(id, cancellationToken) is null)
            {
                return Gone(name, id);
            }
        }

        foreach (var one in targets)
        {
            one.Retry(request.Id);
        }

        return await ListAsync(name, plane, cancellationToken, request.Target) is { Result: Ok<ImmutableArray<QuarantineView>> listed } ? listed : TypedResults.Ok(ImmutableArray<QuarantineView>.Empty);
    }

    private static async Task<Results<Ok<QuarantineView>, ProblemHttpResult>> DiscardAsync(
        string name, ChangeQuarantine request, MigrationPlane plane, CancellationToken cancellationToken)
    {
        if (plane.FindTargets(name, request.Target, out var problem) is not { } targets)
        {
            return problem!;
        }

        if (targets.Count > 1 || request.Id is not { } id)
        {
            return Unsaid(name, targets);
        }

        return await targets[0].Store.DiscardAsync(id, cancellationToken) is { } entry ? TypedResults.Ok(View(targets[0], entry, rows: true)) : Gone(name, id);
    }

    private static QuarantineView View(TargetPipeline target, QuarantineEntry entry, bool rows) => new(
        target.Target.Name, entry.Id, entry.Change.Table, entry.Change.Key.ToJson(), entry.Reason, entry.Waits, entry.Events, entry.Change.SourceTime,
        rows ? entry.Change.Before?.ToJson() : null, rows ? entry.Change.After?.ToJson() : null);

    private static ProblemHttpResult Unsaid(string name, IReadOnlyList<TargetPipeline> targets) => TypedResults.Problem(
        title: "Which entry is meant is not said", detail: $"Give a target ({string.Join(", ", targets.Select(one => one.Target.Name))}) and an id: hub dataset quarantine {name} list",
        statusCode: StatusCodes.Status400BadRequest);

    private static ProblemHttpResult Gone(string name, long id) => TypedResults.Problem(
        title: $"There is no entry {id}", detail: $"It may have been applied meanwhile. Those that wait: hub dataset quarantine {name} list", statusCode: StatusCodes.Status404NotFound);
}
