using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>Who still calls what, added up over all gateway planes; the latest caller first.</summary>
internal static class ListConsumersEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/consumers", HandleAsync).Allow(Role.Viewer);

    private static async Task<Results<Ok<ImmutableArray<ConsumerView>>, ProblemHttpResult>> HandleAsync(
        HttpContext http, PlaneCalls calls, TimeProvider time)
    {
        var answers = await calls.AskGatewaysAsync<ImmutableArray<ConsumerView>>(http, "/api/consumers", "its consumers can't be read", time);
        if (answers.Refusal is { } refusal)
        {
            return refusal.ToProblem();
        }

        return TypedResults.Ok(answers.Value.SelectMany(answer => answer)
            .GroupBy(view => (view.Consumer, view.Kind, view.Route))
            .Select(views => views.First() with
            {
                Requests = views.Sum(view => view.Requests),
                FirstAt = views.Min(view => view.FirstAt),
                LastAt = views.Max(view => view.LastAt),
            })
            .OrderByDescending(view => view.LastAt).ToImmutableArray());
    }
}
