using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Figures;
using Hub.Control.Gates;
using Hub.Control.Planes;
using Hub.Control.Plans;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Groups;

internal static class ListGroupsEndpoint
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/groups", List).Allow(Role.Viewer);
        app.MapGet("/api/groups/{group}", Show).Allow(Role.Viewer);
    }

    public static ImmutableArray<GroupView> View(Wanted wanted, PlaneRegistry planes, PlanRunner plans)
    {
        var serving = planes.Serving(wanted.Revision.Id);
        return [.. wanted.Revision.Groups.Select(group =>
        {
            var config = wanted.Document.Config.Groups[group.Key];
            var stored = wanted.State.Groups[group.Key];
            return new GroupView(
                group.Key, GroupWords.Percent(group.Value.Share), group.Value.RolledBack, config.New ?? "", [.. config.Routes.Keys.Order()],
                wanted.Revision.Id, serving, stored.ChangedAt, stored.ChangedBy, stored.Reason, group.Value.Mirrored,
                Plan: plans.View(group.Key));
        })];
    }

    private static Ok<ImmutableArray<GroupView>> List(RevisionLog revisions, PlaneRegistry planes, PlanRunner plans, HttpContext http)
    {
        var wanted = revisions.Current;
        IfMatch.SetETag(http, wanted.Revision.Id);
        return TypedResults.Ok(View(wanted, planes, plans));
    }

    private static Results<Ok<GroupView>, ProblemHttpResult> Show(
        string group, RevisionLog revisions, PlaneRegistry planes, PlanRunner plans, GateKeeper gates, FigureStore figures, TimeProvider time,
        HttpContext http)
    {
        var wanted = revisions.Current;
        IfMatch.SetETag(http, wanted.Revision.Id);
        return View(wanted, planes, plans).FirstOrDefault(view => view.Name == group) is { } found
            ? TypedResults.Ok(found with
            {
                Figures = [.. figures.Minutes(group, time.GetUtcNow() - ListFiguresEndpoint.Usual)],
                Gates = gates.Of(wanted, group, ListGatesEndpoint.Next(wanted.Revision.Groups[group])),
            })
            : GroupWords.Unknown(group, wanted.Revision.Groups.Keys).ToProblem();
    }
}
