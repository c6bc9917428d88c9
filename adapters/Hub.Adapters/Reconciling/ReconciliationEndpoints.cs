using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Reconciling;

/// <summary><c>/api/reconciliations</c>: the books of a day compared (docs/operate/reconcile.md).</summary>
internal static class ReconciliationEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/reconciliations", Start);
        api.MapGet("/reconciliations/{id}", (string id, Reconciliations reconciliations) => reconciliations.Find(id) is { } view
            ? TypedResults.Ok(view)
            : Results.Problem(
                title: $"There is no comparison {id}", detail: "The plane forgets them when it ends, and the oldest of many. Ask again: hub reconcile --day D",
                statusCode: StatusCodes.Status404NotFound));
    }

    private static IResult Start(StartReconciliation request, Reconciliations reconciliations, Intake intake, TimeProvider time)
    {
        if (request.Channel is { } channel && !OrderKey.TryCreate(channel, "1", out _))
        {
            return Results.Problem(
                title: $"'{channel}' is no channel", detail: "A channel is what stands before the slash in an order's key: web, market.", statusCode: StatusCodes.Status400BadRequest);
        }

        var day = new Day(request.Day, intake.Zone);
        return day.From > time.GetUtcNow()
            ? Results.Problem(
                title: $"{request.Day:yyyy-MM-dd} has not begun in {intake.Zone.Id}", detail: "Say a day that has.", statusCode: StatusCodes.Status400BadRequest)
            : TypedResults.Ok(reconciliations.Start(day, request.Channel));
    }
}
