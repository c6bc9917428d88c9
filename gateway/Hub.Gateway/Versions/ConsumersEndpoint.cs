using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Gateway.Versions;

/// <summary><c>GET /api/consumers</c>: what this plane has counted; control adds up all planes.</summary>
internal static class ConsumersEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/consumers", (Consumers consumers) => TypedResults.Ok(consumers.View()));
}
