using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Audit;

internal static class ListAuditEndpoint
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/audit", Handle).Allow(Role.Viewer);

    private static Results<Ok<ImmutableArray<AuditView>>, ProblemHttpResult> Handle(AuditTrail audit, int take = 100) =>
        take is < 1 or > 10_000
            ? Refusal.Bad("The audit trail is read in parts of 1 to 10,000", $"take={take} is outside. Ask for fewer rows.").ToProblem()
            : TypedResults.Ok(audit.Read(take));
}
