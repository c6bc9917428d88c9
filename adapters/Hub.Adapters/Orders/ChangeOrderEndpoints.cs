using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Control.Protocol;
using Hub.Orders;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Orders;

/// <summary>
/// <c>POST /api/orders/cancel | retry | ship</c>: a person's messages to an order. What the order makes of one is told at once, before it is durable work:
/// where nothing would follow, it is a conflict and not taken.
/// </summary>
internal static class ChangeOrderEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/orders/cancel", (ChangeOrder request, ProcessStore store, TimeProvider time) => Take(
            store, request.Key, $"cancelled at {time.GetUtcNow():O}", new CancelOrder($"by {request.By}{(request.Reason is { } reason ? $": {reason}" : "")}")));
        api.MapPost("/orders/retry", (ChangeOrder request, ProcessStore store, TimeProvider time) => Take(
            store, request.Key, $"resumed at {time.GetUtcNow():O}", new ResumeOrder($"by {request.By}{(request.Reason is { } reason ? $", {reason}" : "")}")));
        api.MapPost("/orders/ship", (ShipOrder request, ProcessStore store) =>
        {
            var id = request.Id ?? Guid.NewGuid().ToString("N");
            var lines = ImmutableArray.CreateBuilder<ParcelLine>();
            foreach (var (text, quantity) in request.Lines ?? ImmutableDictionary<string, int>.Empty)
            {
                if (!Sku.TryParse(text, out var sku) || quantity < 1)
                {
                    return Results.Problem(
                        title: $"{quantity} of '{text}' can't be packed", detail: "Say an article's SKU and how many pieces of it: 1 or more.",
                        statusCode: StatusCodes.Status400BadRequest);
                }

                lines.Add(new ParcelLine(sku, quantity));
            }

            return Take(store, request.Key, $"parcel {id}", new ShipParcel(id, lines.ToImmutable()));
        });
    }

    private static IResult Take(ProcessStore store, string text, string id, OrderMessage message)
    {
        if (!OrderKey.TryParse(text, out var key) || store.Find(OrderDefinition.Name, key.ToString()) is not { } process)
        {
            return OrderEndpoints.NoSuchOrder(text);
        }

        var state = OrderDefinition.ReadState(process.State);
        var decision = OrderProcess.Handle(state, message);
        if (decision.State == state && decision.Commands.IsEmpty)
        {
            return Results.Problem(
                title: $"{key} stays as it is: {process.Status}", detail: $"{decision.Note} {process.Reason}".Trim(), statusCode: StatusCodes.Status409Conflict);
        }

        store.Receive(OrderDefinition.ToMessage(key, id, message));
        var view = OrderEndpoints.View(process) with { State = decision.State.Status.Text(), Waiting = decision.State.Reason };
        return TypedResults.Ok(new OrderAnswer(view, decision.Note));
    }
}
