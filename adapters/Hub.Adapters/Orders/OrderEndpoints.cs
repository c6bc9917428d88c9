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
        api.MapGet("/orders", ListAsync);
        api.MapGet("/orders/{channel}/{**id}", ShowAsync);
    }

    private static async Task<IResult> ListAsync(IProcessStore store, CancellationToken cancellationToken, int take = 100, bool troubled = false)
    {
        if (take is < 1 or > 10_000)
        {
            return Results.Problem(title: $"take is {take}", detail: "It says how many orders to list: 1 to 10000.", statusCode: StatusCodes.Status400BadRequest);
        }

        return TypedResults.Ok(troubled
            ? await TroubledAsync(store, take, cancellationToken)
            : (await BuriedAsync(store, take, cancellationToken))
                .Concat((await store.ListAsync(OrderDefinition.Name, take, cancellationToken)).Select(View)).Take(take));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, IProcessStore store, CancellationToken cancellationToken)
    {
        var text = RawKey(context);
        if (!OrderKey.TryParse(text, out var key) || await store.FindAsync(OrderDefinition.Name, key.ToString(), cancellationToken) is not { } process)
        {
            if (await store.FindDeadLetterAsync(OrderDefinition.Name, text, cancellationToken) is { } letter)
            {
                return TypedResults.Ok(new OrderDetail(View(letter), await StepsAsync(store, text, cancellationToken), JsonSerializer.SerializeToElement(letter.Body)));
            }

            return NoSuchOrder(text);
        }

        var state = OrderDefinition.ReadState(process.State);
        return TypedResults.Ok(new OrderDetail(
            View(process),
            await StepsAsync(store, process.Key, cancellationToken),
            JsonSerializer.SerializeToElement(state.Order, CommerceJson.Options)));
    }

    public static IResult NoSuchOrder(string text) => Results.Problem(
        title: $"There is no order '{text}'",
        detail: "An order's key is channel/id, for example web/10042; hub order list shows those that came.",
        statusCode: StatusCodes.Status404NotFound);

    /// <summary>What came as an order and is none that could be begun.</summary>
    private static async Task<IEnumerable<OrderView>> BuriedAsync(IProcessStore store, int take, CancellationToken cancellationToken)
    {
        var buried = new List<OrderView>();
        foreach (var letter in await store.GetDeadLettersAsync(take, cancellationToken))
        {
            if (letter.Process == OrderDefinition.Name && await store.FindAsync(letter.Process, letter.Key, cancellationToken) is null)
            {
                buried.Add(View(letter));
            }
        }

        return buried;
    }

    /// <summary>Parked orders and all dead letters, those in trouble last first; an order that is both is told as parked.</summary>
    private static async Task<IEnumerable<OrderView>> TroubledAsync(IProcessStore store, int take, CancellationToken cancellationToken)
    {
        var (_, parked) = await store.ListInAsync(OrderDefinition.Name, OrderStatus.Parked.Text(), DateTimeOffset.UnixEpoch, take, cancellationToken);
        var keys = parked.Select(order => order.Key).ToHashSet(StringComparer.Ordinal);
        return parked.Select(View)
            .Concat((await store.GetDeadLettersAsync(take, cancellationToken)).Where(letter => letter.Process == OrderDefinition.Name && !keys.Contains(letter.Key)).Select(View))
            .OrderByDescending(order => order.UpdatedAt).Take(take);
    }

    private static async Task<ImmutableArray<OrderStep>> StepsAsync(IProcessStore store, string key, CancellationToken cancellationToken) =>
    [
        .. (await store.GetJournalAsync(OrderDefinition.Name, key, cancellationToken)).Select(entry => new OrderStep(
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
