using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Migration.Applying;
using Hub.Migration.Previews;
using Hub.Migration.Quarantine;
using Hub.Migration.Slugs;
using Hub.Migration.Verification;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Migration;

/// <summary>The migration plane's part of the API.</summary>
public static class MigrationEndpointRouteBuilderExtensions
{
    /// <summary><c>GET /api/datasets</c>, <c>GET /api/datasets/{name}</c> and its <c>/preview</c>, <c>POST /api/datasets/{name}/{pause|resume|snapshot}</c>, <c>GET /api/slugs/{table}</c>, and the plane's health.</summary>
    public static IEndpointRouteBuilder MapHubMigration(this IEndpointRouteBuilder app)
    {
        app.MapPlaneHealth();
        var api = app.MapGroup("").RequirePlaneToken().AddEndpointFilter(TellTargetsThatAreDownAsync);
        api.MapGet("/api/datasets", ListAsync);
        api.MapGet("/api/datasets/{name}", ShowAsync);
        api.MapGet("/api/datasets/{name}/preview", PreviewDataset.HandleAsync);
        DatasetVerbs.Map(api);
        VerificationEndpoints.Map(api);
        QuarantineEndpoints.Map(api);
        api.MapGet("/api/slugs/{table}", TellSlugs.HandleAsync);
        return app;
    }

    private static async ValueTask<object?> TellTargetsThatAreDownAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (TargetMissingException missing)
        {
            return TypedResults.Problem(title: "A target can't be reached", detail: $"{missing.Message} Nothing was changed.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<Ok<ImmutableArray<DatasetView>>> ListAsync(MigrationPlane plane, PlaneLink link, TimeProvider time, CancellationToken cancellationToken)
    {
        var standing = plane.Standing;
        var views = await Task.WhenAll(standing.Wanted.Select(
            dataset => DatasetViews.MakeAsync(dataset, standing.Pipelines.GetValueOrDefault(dataset.Name), plane.Elsewhere(dataset), link.Current, time.GetUtcNow(), cancellationToken)));
        return TypedResults.Ok(views.ToImmutableArray());
    }

    private static async Task<Results<Ok<DatasetView>, ProblemHttpResult>> ShowAsync(
        string name, MigrationPlane plane, PlaneLink link, TimeProvider time, CancellationToken cancellationToken)
    {
        var standing = plane.Standing;
        return standing.Wanted.FirstOrDefault(dataset => dataset.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? TypedResults.Ok(await DatasetViews.MakeAsync(found, standing.Pipelines.GetValueOrDefault(found.Name), plane.Elsewhere(found), link.Current, time.GetUtcNow(), cancellationToken))
            : TypedResults.Problem(
                title: $"There is no dataset {name}",
                detail: standing.Wanted.IsEmpty
                    ? "The config that the migration plane holds has none. Apply one with a Datasets section."
                    : $"There are: {string.Join(", ", standing.Wanted.Select(dataset => dataset.Name))}. Use one of them, or apply a config that has it.",
                statusCode: StatusCodes.Status404NotFound);
    }
}
