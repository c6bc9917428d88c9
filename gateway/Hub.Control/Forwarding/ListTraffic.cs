using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>What the gateway planes count for a watch, one view a plane; each begins to count when it is asked first.</summary>
internal static class ListTrafficEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/traffic", HandleAsync).Allow(Role.Viewer);

    private static async Task<Results<Ok<ImmutableArray<TrafficView>>, ProblemHttpResult>> HandleAsync(
        string watch, HttpContext http, PlaneCalls calls, TimeProvider time)
    {
        var answers = await calls.AskGatewaysAsync<TrafficView>(http, $"/api/traffic?watch={Uri.EscapeDataString(watch)}", "its traffic can't be counted (too many may watch it)", time);
        if (answers.Refusal is { } refusal)
        {
            return refusal.ToProblem();
        }

        return TypedResults.Ok(answers.Value);
    }
}
