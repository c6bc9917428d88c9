using System.Collections.Immutable;
using System.Text.Json;
using Hub.Commerce;
using Hub.Control.Protocol;
using Hub.Orders;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Orders;

/// <summary><c>/api/orders</c>: what stands where. Orders come in by <see cref="ReceiveOrderEndpoint"/>.</summary>
internal static class OrderEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/orders", ReceiveOrderEndpoint.PostAsync);
        api.MapGet("/orders", (ProcessStore store, int take = 100, bool troubled = false) => take is < 1 or > 10_000
            ? Results.Problem(title: $"take is {take}", detail: "It says how many orders to list: 1 to 10000.", statusCode: StatusCodes.Status400BadRequest)
            : TypedResults.Ok(troubled ? Troubled(store, take) : Buried(store, take).Concat(store.List(OrderDefinition.Name, take).Select(View)).Take(take)));
        api.MapGet("/orders/{channel}/{**id}", Show);
    }

    private static IResult Show(HttpContext context, ProcessStore store)
    {
        var text = RawKey(context);
        if (!OrderKey.TryParse(text, out var key) || store.Find(OrderDefinition.Name, key.ToString()) is not { } process)
        {
            if (store.FindDeadLetter(OrderDefinition.Name, text) is { } letter)
            {
                return TypedResults.Ok(new OrderDetail(View(letter), Steps(store, text), JsonSerializer.SerializeToElement(letter.Body)));
            }

            return NoSuchOrder(text);
        }

        var state = OrderDefinition.ReadState(process.State);
        return TypedResults.Ok(new OrderDetail(
            View(process),
            Steps(store, process.Key),
            JsonSerializer.SerializeToElement(state.Order, CommerceJson.Options)));
    }

    public static IResult NoSuchOrder(string text) => Results.Problem(
        title: $"There is no order '{text}'",
        detail: "An order's key is channel/id, for example web/10042; hub order list shows those that came.",
        statusCode: StatusCodes.Status404NotFound);

    /// <summary>What came as an order and is none that could be begun.</summary>
    private static IEnumerable<OrderView> Buried(ProcessStore store, int take) => store.GetDeadLetters(take)
        .Where(letter => letter.Process == OrderDefinition.Name && store.Find(letter.Process, letter.Key) is null).Select(View);

    /// <summary>Parked orders and all dead letters, those in trouble last first; an order that is both is told as parked.</summary>
    private static IEnumerable<OrderView> Troubled(ProcessStore store, int take)
    {
        var parked = store.ListIn(OrderDefinition.Name, OrderStatus.Parked.Text(), DateTimeOffset.UnixEpoch, take).Newest;
        var keys = parked.Select(order => order.Key).ToHashSet(StringComparer.Ordinal);
        return parked.Select(View)
            .Concat(store.GetDeadLetters(take).Where(letter => letter.Process == OrderDefinition.Name && !keys.Contains(letter.Key)).Select(View))
            .OrderByDescending(order => order.UpdatedAt).Take(take);
    }

    private static ImmutableArray<OrderStep> Steps(ProcessStore store, string key) =>
    [
        .. store.GetJournal(OrderDefinition.Name, key).Select(entry => new OrderStep(
            entry.At, entry.Step, entry.Outcome, entry.Attempt, entry.Reference, entry.Detail)),
    ];

    private static OrderView View(DeadLetter letter) =>
        new(letter.Key, "dead letter", letter.At, letter.At, "", letter.Reason);

    public static OrderView View(ProcessView process)
    {
        var state = OrderDefinition.ReadState(process.State);
        return new OrderView(
            process.Key, process.Status, process.CreatedAt, process.UpdatedAt, state.Order.Total.ToString(),
            (process.Reason, process.Waiting) switch
            {
                (null, _) => process.Waiting,
                (_, null) => process.Reason,
                _ => $"{process.Reason} {process.Waiting}",
            });
    }

    // Routing leaves %2F as it is and decodes the rest, so an id with a slash and one with "%2F" would be the same: read what was sent.
    private static string RawKey(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        return Uri.UnescapeDataString(path[(path.IndexOf("/orders/", StringComparison.Ordinal) + "/orders/".Length)..]);
    }
}
