using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>All datasets, each as the migration plane tells it that runs it.</summary>
internal static class ListDatasetsEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/datasets", HandleAsync)
        .Allow(Role.Viewer).Produces<ImmutableArray<DatasetView>>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(HttpContext http, PlaneCalls calls, PlaneRegistry planes, ParityReports parities, TimeProvider time)
    {
        var live = planes.Live("migration");
        if (live.IsEmpty)
        {
            return PlaneCalls.None("migration").ToProblem();
        }

        if (await calls.AskAllAsync<ImmutableArray<DatasetView>>(http, "migration", "/api/datasets", time) is not { } answers)
        {
            return PlaneCalls.NoAnswer(live[0], "its datasets can't be read").ToProblem();
        }

        return TypedResults.Ok(answers.SelectMany(answer => answer.Answer.Select(view => (answer.Plane, View: view)))
            .GroupBy(told => told.View.Name, StringComparer.Ordinal)
            .Select(told => told.FirstOrDefault(one => parities.RunnerOf(told.Key, live)?.Name == one.Plane.Name) is { View: { } running } ? running : told.First().View)
            .ToImmutableArray());
    }
}
