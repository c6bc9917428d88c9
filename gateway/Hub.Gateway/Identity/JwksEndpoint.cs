using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Gateway.Identity;

/// <summary>The public keys of the identities that this plane signs, for New to validate them by.</summary>
internal static class JwksEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        JwkSet.Path,
        (GatewayState state, TimeProvider time, HttpContext context) => Answer(context, JwkSet.Of(state.Model?.Revision.Keys.Identity, time.GetUtcNow())));

    // An empty set would be kept for hours by who asked before control answered, and all customers refused by it.
    private static Results<Ok<JwkSet>, StatusCodeHttpResult> Answer(HttpContext context, JwkSet set)
    {
        if (set.Keys.IsEmpty)
        {
            context.Response.Headers.RetryAfter = "1";
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        context.Response.Headers.CacheControl = JwkSet.CacheControl;
        return TypedResults.Ok(set);
    }
}
