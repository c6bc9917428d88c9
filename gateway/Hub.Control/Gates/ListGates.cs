using Hub.Control.Access;
using Hub.Control.Groups;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Gates;

/// <summary><c>GET /api/groups/{group}/gates?share=</c>: what is held, what is missing, and when it will be there.</summary>
internal static class ListGatesEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/groups/{group}/gates", Handle).Allow(Role.Viewer);

    /// <summary>Where a person would shift next: to a part, or to all from a part.</summary>
    public static int Next(GroupState state) => state.Share switch
    {
        < 100 => 100,
        < 500 => 500,
        < 2_500 => 2_500,
        < 5_000 => 5_000,
        _ => 10_000,
    };

    private static Results<Ok<GatesView>, ProblemHttpResult> Handle(string group, RevisionLog revisions, GateKeeper gates, decimal? share = null)
    {
        var wanted = revisions.Current;
        if (!wanted.Revision.Groups.TryGetValue(group, out var state))
        {
            return GroupWords.Unknown(group, wanted.Revision.Groups.Keys).ToProblem();
        }

        if (share is < 0 or > 100)
        {
            return Refusal.Bad("A share is 0 to 100 per cent", $"share={share} is not.").ToProblem();
        }

        var to = share is { } asked ? (int)(asked * 100) : Next(state);
        return TypedResults.Ok(new GatesView(group, GroupWords.Percent(to), gates.Of(wanted, group, to)));
    }
}
