using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>What the gateway planes count for a watch, one view a plane; each begins to count when it is asked first.</summary>
internal static class ListTrafficEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/traffic", HandleAsync).Allow(Role.Viewer);

    private static async Task<Results<Ok<ImmutableArray<TrafficView>>, ProblemHttpResult>> HandleAsync(
        string watch, HttpContext http, PlaneCalls calls, PlaneRegistry planes, TimeProvider time)
    {
        var gateways = planes.Live("gateway");
        if (gateways.IsEmpty)
        {
            return PlaneCalls.None("gateway").ToProblem();
        }

        var answers = await Task.WhenAll(gateways.Select(async plane =>
        {
            try
            {
                return await calls.GetAsync<TrafficView>(plane, $"/api/traffic?watch={Uri.EscapeDataString(watch)}", Patience, time, http.RequestAborted);
            }
            catch (HttpRequestException)
            {
                // Named in the answer's Hub-Incomplete.
                return null;
            }
        }));
        var silent = gateways.Where((_, i) => answers[i] is null).ToList();
        if (silent.Count == gateways.Length)
        {
            return PlaneCalls.NoAnswer(silent[0], "its traffic can't be counted (too many may watch it)").ToProblem();
        }

        if (silent.Count > 0)
        {
            http.Response.Headers["Hub-Incomplete"] = string.Join(", ", silent.Select(plane => plane.Name));
        }

        return TypedResults.Ok(answers.OfType<TrafficView>().ToImmutableArray());
    }
}
