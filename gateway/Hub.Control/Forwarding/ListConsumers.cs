using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>Who still calls what, added up over all gateway planes; the latest caller first.</summary>
internal static class ListConsumersEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/consumers", HandleAsync).Allow(Role.Viewer);

    private static async Task<Results<Ok<ImmutableArray<ConsumerView>>, ProblemHttpResult>> HandleAsync(
        HttpContext http, PlaneCalls calls, PlaneRegistry planes, TimeProvider time)
    {
        var gateways = planes.Live("gateway");
        if (gateways.IsEmpty)
        {
            return PlaneCalls.None("gateway").ToProblem();
        }

        var answers = await Task.WhenAll(gateways.Select(plane => AskAsync(plane, http, calls, time)));
        var silent = gateways.Where((_, i) => answers[i].IsDefault).ToList();
        if (silent.Count == gateways.Length)
        {
            return PlaneCalls.NoAnswer(silent[0], "its consumers can't be read").ToProblem();
        }

        if (silent.Count > 0)
        {
            http.Response.Headers["Hub-Incomplete"] = string.Join(", ", silent.Select(plane => plane.Name));
        }

        return TypedResults.Ok(answers.Where(answer => !answer.IsDefault).SelectMany(answer => answer)
            .GroupBy(view => (view.Consumer, view.Kind, view.Route))
            .Select(views => views.First() with
            {
                Requests = views.Sum(view => view.Requests),
                FirstAt = views.Min(view => view.FirstAt),
                LastAt = views.Max(view => view.LastAt),
            })
            .OrderByDescending(view => view.LastAt).ToImmutableArray());
    }

    private static async Task<ImmutableArray<ConsumerView>> AskAsync(PlaneEntry plane, HttpContext http, PlaneCalls calls, TimeProvider time)
    {
        try
        {
            return await calls.GetAsync<ImmutableArray<ConsumerView>>(plane, "/api/consumers", Patience, time, http.RequestAborted);
        }
        catch (HttpRequestException)
        {
            // Named in the answer's Hub-Incomplete.
            return default;
        }
    }
}
