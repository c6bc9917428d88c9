using System.Collections.Immutable;
using Hub.Adapters.DeadLetters;
using Hub.Commerce;
using Hub.Control.Protocol;
using Hub.Orders;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
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
        api.MapPost("/orders/cancel", (ChangeOrder request, IProcessStore store, TimeProvider time, CancellationToken cancellationToken) => TakeAsync(
            store, request.Key, $"cancelled at {time.GetUtcNow():O}", new CancelOrder($"by {request.By}{(request.Reason is { } reason ? $": {reason}" : "")}"), cancellationToken));
        api.MapPost("/orders/retry", RetryAsync);
        api.MapPost("/orders/ship", async (ShipOrder request, IProcessStore store, CancellationToken cancellationToken) =>
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

            return await TakeAsync(store, request.Key, $"parcel {id}", new ShipParcel(id, lines.ToImmutable()), cancellationToken);
        });
    }

    private static async Task<IResult> RetryAsync(ChangeOrder request, IProcessStore store, CancellationToken cancellationToken)
    {
        if (!OrderKey.TryParse(request.Key, out var key) || await store.FindAsync(OrderDefinition.Name, key.ToString(), cancellationToken) is not { } process)
        {
            return OrderEndpoints.NoSuchOrder(request.Key);
        }

        var decision = await ParkedOrder.ResumeAsync(store, process.Key, ParkedOrder.Said(request.By, request.Reason), cancellationToken);
        return decision is null ? Stays(process, "It is not parked.") : Answer(process, decision);
    }

    private static async Task<IResult> TakeAsync(
        IProcessStore store, string text, string id, OrderMessage message, CancellationToken cancellationToken)
    {
        if (!OrderKey.TryParse(text, out var key) || await store.FindAsync(OrderDefinition.Name, key.ToString(), cancellationToken) is not { } process)
        {
            return OrderEndpoints.NoSuchOrder(text);
        }

        var state = OrderDefinition.ReadState(process.State);
        var decision = OrderProcess.Handle(state, message);
        if (!decision.Changes(state))
        {
            return Stays(process, decision.Note);
        }

        await store.ReceiveAsync(OrderDefinition.ToMessage(key, id, message), cancellationToken);
        return Answer(process, decision);
    }

    private static IResult Stays(ProcessView process, string note) => Results.Problem(
        title: $"{process.Key} stays as it is: {process.Status}", detail: $"{note} {process.Reason}".Trim(), statusCode: StatusCodes.Status409Conflict);

    private static Ok<OrderAnswer> Answer(ProcessView process, OrderDecision decision) => TypedResults.Ok(new OrderAnswer(
        OrderEndpoints.View(process) with { State = decision.State.Status.Text(), Waiting = decision.State.Reason }, decision.Note));
}
