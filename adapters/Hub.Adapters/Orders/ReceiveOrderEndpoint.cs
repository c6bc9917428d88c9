using System.Text.Json;
using Hub.Adapters.Channels;
using Hub.Commerce;
using Hub.Control.Protocol;
using Hub.Orders;
using Hub.Processes;
using Microsoft.AspNetCore.Http;

namespace Hub.Adapters.Orders;

/// <summary>
/// <c>POST /api/orders</c>: an outbox row of the migration plane. 2xx only when it is durable here; the same order again is 200 and changes
/// nothing. What can't be an order is refused with a reason that the migration plane shows until the row is right.
/// </summary>
internal static class ReceiveOrderEndpoint
{
    public static async Task<IResult> PostAsync(HttpContext context, IProcessStore store, Intake intake, ChannelPlans plans)
    {
        OutboxMessage message;
        Order order;
        try
        {
            message = await context.Request.ReadFromJsonAsync<OutboxMessage>(context.RequestAborted) ?? throw new JsonException("It is null.");
            if (message.Kind != "order")
            {
                return Refuse($"'{message.Kind}' is no kind of message that is taken here", "Only messages of the kind 'order' are.");
            }

            order = message.Body.Deserialize<Order>(CommerceJson.Options) ?? throw new JsonException("The body is null.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse("This is no order", $"{e.Message} The body of an outbox message of the kind 'order' is an Order of Hub.Commerce.");
        }

        if (order.Key.ToString() != message.Key)
        {
            return Refuse("The keys differ", $"The message says {message.Key} and the order in it {order.Key}.");
        }

        if (order.Problems().ToList() is { Count: > 0 } problems)
        {
            return Refuse($"{order.Key} can't be booked", string.Join(' ', problems));
        }

        if (await plans.FindAsync(order.Key.Channel, context.RequestAborted) is not { } plan)
        {
            context.Response.Headers.RetryAfter = "1";
            return Results.Problem(
                title: "The plane has no document yet", detail: "It doesn't know from when on orders are booked. Ask again in a second.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var isNew = await store.ReceiveAsync(
            OrderDefinition.ToMessage(order.Key, "received", new ReceiveOrder(order, plan.Intake, intake.Shipping) { Ownership = plan.Of(order) }), context.RequestAborted);
        return isNew ? TypedResults.Accepted((string?)null) : TypedResults.Ok();
    }

    private static IResult Refuse(string what, string why) => Results.Problem(
        title: what, detail: $"{why} Correct the mapping or the row that it came from; it is posted again until it is taken.",
        statusCode: StatusCodes.Status422UnprocessableEntity);
}
