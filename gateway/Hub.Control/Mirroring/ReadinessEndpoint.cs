using Hub.Control.Access;
using Hub.Control.Groups;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Mirroring;

/// <summary><c>GET /api/groups/{group}/readiness</c>.</summary>
internal static class ReadinessEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/groups/{group}/readiness", Handle).Allow(Role.Viewer);

    private static Results<Ok<GroupReadiness>, ProblemHttpResult> Handle(string group, Readiness readiness, RevisionLog revisions) =>
        readiness.Of(group) is { } found
            ? TypedResults.Ok(found)
            : GroupWords.Unknown(group, revisions.Current.Revision.Groups.Keys).ToProblem();
}
