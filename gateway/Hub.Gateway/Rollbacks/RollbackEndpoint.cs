using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Gateway.Rollbacks;

/// <summary><c>POST /rollback</c> on the plane's socket: rolls back here at once, and control makes it a revision for all.</summary>
/// <param name="Group">The group, or null for all.</param>
internal sealed record RollBackHere(string? Group, bool Evacuate, string? Reason);

/// <summary>What was rolled back on this plane.</summary>
internal sealed record RolledBackHere(Guid Id, string Plane, ImmutableArray<string> Groups);

internal static class RollbackEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/rollback", HandleAsync);

    private static async Task<Results<Ok<RolledBackHere>, ProblemHttpResult>> HandleAsync(
        RollBackHere request, HttpContext context, RollbackSocket socket, GatewayState state, GatewayOptions options, TimeProvider time)
    {
        if (!socket.Allows(context.Request.Headers.Authorization))
        {
            return TypedResults.Problem(
                title: "The token is missing or wrong",
                detail: "The plane's own rollback takes the token in rollback.token beside its socket; it changes at each start.",
                statusCode: StatusCodes.Status401Unauthorized);
        }

        var groups = state.Model?.Table.Groups.Keys.Order(StringComparer.Ordinal).ToImmutableArray() ?? [];
        if (request.Group is not null && !groups.Contains(request.Group))
        {
            return TypedResults.Problem(
                title: $"This plane has no group '{request.Group}'",
                detail: groups.IsEmpty ? "It has none at all: nothing was applied yet." : $"It has: {string.Join(", ", groups)}.",
                statusCode: StatusCodes.Status404NotFound);
        }

        var rollback = new PlaneRollback(
            Guid.NewGuid(), request.Group, request.Evacuate, $"plane {options.Name}", request.Reason, time.GetUtcNow());
        // Control out of reach or a client that hangs up is no reason to leave it half done.
        await context.RequestServices.GetRequiredService<PlaneLink>().AddRollbackAsync(rollback, CancellationToken.None);
        return TypedResults.Ok(new RolledBackHere(rollback.Id, options.Name, request.Group is null ? groups : [request.Group]));
    }
}
