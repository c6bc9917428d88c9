using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Gateway.Discovering;

/// <summary><c>GET /api/traffic?watch=ID</c>: begins a watch, or tells what it has counted.</summary>
internal static class TrafficEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/api/traffic", Handle);

    private static Results<Ok<TrafficView>, ProblemHttpResult> Handle(string watch, TrafficWatches watches) =>
        watch.Length is > 0 and <= 64 && watches.Ask(watch) is { } view
            ? TypedResults.Ok(view)
            : TypedResults.Problem(
                title: "Too many watch the traffic of this gateway", detail: "Four may at once; one ends half a minute after it was asked for last.",
                statusCode: StatusCodes.Status429TooManyRequests);
}
