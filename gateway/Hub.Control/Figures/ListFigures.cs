using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Groups;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Figures;

/// <summary><c>GET /api/groups/{group}/figures?since=</c>: hours as far back as they reach, minutes for the last 26 hours.</summary>
internal static class ListFiguresEndpoint
{
    /// <summary>As far back as a look at a group goes.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(15);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/groups/{group}/figures", Handle).Allow(Role.Viewer);

    private static Results<Ok<ImmutableArray<GroupFigures>>, ProblemHttpResult> Handle(
        string group, RevisionLog revisions, FigureStore figures, TimeProvider time, DateTimeOffset? since = null)
    {
        if (!revisions.Current.Revision.Groups.ContainsKey(group))
        {
            return GroupWords.Unknown(group, revisions.Current.Revision.Groups.Keys).ToProblem();
        }

        var now = time.GetUtcNow();
        var from = since?.ToUniversalTime() ?? now - Usual;
        var minutesFrom = FigureStore.Hour(now - FigureStore.KeepMinutes).AddHours(1);
        return TypedResults.Ok(from >= minutesFrom
            ? [.. figures.Minutes(group, from)]
            : figures.Hours(group, from, minutesFrom).Concat(figures.Minutes(group, minutesFrom)).ToImmutableArray());
    }
}
