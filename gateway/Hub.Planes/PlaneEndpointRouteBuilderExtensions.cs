using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Planes;

/// <summary>What each plane's private listener serves and asks for.</summary>
public static class PlaneEndpointRouteBuilderExtensions
{
    /// <summary>
    /// <c>/health/live</c> (the process answers) and <c>/health/ready</c> (it serves a revision: SAFETY.md 11); open, since
    /// whoever balances load has no token.
    /// </summary>
    public static IEndpointRouteBuilder MapPlaneHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => TypedResults.Ok());
        app.MapGet("/health/ready", (PlaneLink link) =>
        {
            var health = new PlaneHealth(
                link.Options.Name, link.Options.Role, link.Ready.IsCompleted && link.Current is not null, link.Current?.Id ?? RevisionId.None,
                link.ControlReachable, link.CopyAge?.TotalSeconds, link.Problems);
            return TypedResults.Json(health, statusCode: health.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        return app;
    }

    /// <summary>Asks for the plane's <see cref="PlaneLink.ApiToken"/>, which control forwards with; 401 without it.</summary>
    public static TBuilder RequirePlaneToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var expected = $"Bearer {http.RequestServices.GetRequiredService<PlaneLink>().ApiToken}";
            return CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes(expected))
                ? await next(context)
                : TypedResults.Problem(
                    title: "This is a plane's private API",
                    detail: "Only control calls it, with a token that the plane drew at its start. Ask control's address instead.",
                    statusCode: StatusCodes.Status401Unauthorized);
        });
}

/// <summary>The answer of <c>/health/ready</c>.</summary>
/// <param name="Revision">What it serves by now.</param>
/// <param name="CopyAgeSeconds">How long ago control was heard last.</param>
public sealed record PlaneHealth(
    string Plane,
    string Role,
    bool Ready,
    RevisionId Revision,
    bool ControlReachable,
    double? CopyAgeSeconds,
    ImmutableArray<string> Problems);
