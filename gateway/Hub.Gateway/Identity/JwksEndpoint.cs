using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Gateway.Identity;

/// <summary>The public keys of the identities that this plane signs, for New to validate them by.</summary>
internal static class JwksEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        JwkSet.Path,
        (GatewayState state, TimeProvider time, HttpContext context) =>
        {
            context.Response.Headers.CacheControl = JwkSet.CacheControl;
            return TypedResults.Ok(JwkSet.Of(state.Model?.Revision.Keys.Identity, time.GetUtcNow()));
        });
}
