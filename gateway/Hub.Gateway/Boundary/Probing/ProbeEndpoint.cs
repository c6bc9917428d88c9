using System.Security.Cryptography;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Gateway.Boundary.Probing;

/// <summary><c>POST /api/probes</c>: control tells of a probe that will come by the shop's public address.</summary>
internal static class ProbeEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/api/probes", Handle);

    private static Results<NoContent, ProblemHttpResult> Handle(OpenProbe request, Probes probes) =>
        request.Hash is not { Length: SHA256.HashSizeInBytes }
            ? TypedResults.Problem(
                title: "This is no probe", detail: "Its hash is to be the SHA-256 of a token.", statusCode: StatusCodes.Status400BadRequest)
            : probes.Open(request.Hash)
                ? TypedResults.NoContent()
                : TypedResults.Problem(
                    title: "Too many probes are open", detail: $"{Probe.MostOpen} may be at once; one ends after {Probe.Lifetime.TotalSeconds:0} s.",
                    statusCode: StatusCodes.Status429TooManyRequests);
}
