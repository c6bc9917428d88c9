using System.Collections.Immutable;
using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Orders;
using Hub.Processes;
using Hub.Processes.Bus;

namespace Hub.Adapters.Bus;

/// <summary>
/// Orders that come by a bus: <c>PlaceOrder</c> (the body is an <see cref="Order"/>), <c>CancelOrder</c> (<c>{ "reason": "…" }</c>), <c>ShipOrder</c>
/// (<c>{ "parcel": "P-1", "lines": { "TS-001": 1 } }</c>; without lines all that remains). docs/operate/bus.md.
/// </summary>
internal sealed class OrdersByBus(Intake intake)
{
    public async ValueTask<BusReading> ReadAsync(string id, string text, CancellationToken cancellationToken)
    {
        // From when on orders are booked has to be known before one is taken.
        await intake.Known.WaitAsync(cancellationToken);
        BusMessage message;
        try
        {
            message = BusMessage.Parse(text);
        }
        catch (JsonException e)
        {
            return Poison($"bus/{id}", id, "message", text, $"It can't be read: {e.Message}");
        }

        if (!OrderKey.TryParse(message.Key, out var key))
        {
            return Poison($"bus/{id}", id, message.Kind, text, $"'{message.Key}' is no order key: it is written channel/id.");
        }

        try
        {
            var (order, wrong) = Read(key, id, message);
            return order is null ? Poison(message.Key, id, message.Kind, text, wrong!) : new BusReading(OrderDefinition.ToMessage(key, id, order));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Poison(message.Key, id, message.Kind, text, $"Its body can't be read: {e.Message}");
        }
    }

    private (OrderMessage? Message, string? Wrong) Read(OrderKey key, string id, BusMessage message) => message.Kind switch
    {
        "PlaceOrder" => Place(key, message.Body.Deserialize<Order>(CommerceJson.Options)!),
        "CancelOrder" => (new CancelOrder($"by the bus: {message.Body.Deserialize<Cancelling>(CommerceJson.Options)?.Reason ?? "no reason given"}"), null),
        "ShipOrder" => Ship(id, message.Body.Deserialize<Packing>(CommerceJson.Options) ?? new Packing()),
        _ => (null, $"'{message.Kind}' is no kind of message that is taken here: PlaceOrder, CancelOrder, ShipOrder."),
    };

    private (OrderMessage? Message, string? Wrong) Place(OrderKey key, Order order) =>
        order.Key != key ? (null, $"The message says {key} and the order in it {order.Key}.")
        : order.Problems().ToList() is { Count: > 0 } problems ? (null, string.Join(' ', problems))
        : (new ReceiveOrder(order, intake.At!.Value, intake.Shipping), null);

    private static (OrderMessage? Message, string? Wrong) Ship(string id, Packing packing)
    {
        var lines = ImmutableArray.CreateBuilder<ParcelLine>();
        foreach (var (text, quantity) in packing.Lines ?? ImmutableDictionary<string, int>.Empty)
        {
            if (!Sku.TryParse(text, out var sku) || quantity < 1)
            {
                return (null, $"{quantity} of '{text}' can't be packed: an article's SKU, and 1 or more of it.");
            }

            lines.Add(new ParcelLine(sku, quantity));
        }

        return (new ShipParcel(packing.Parcel ?? id, lines.ToImmutable()), null);
    }

    /// <param name="key">The order's; of one whose key can't be read a key of its own among the dead letters.</param>
    private static BusReading Poison(string key, string id, string kind, string text, string reason) =>
        new(new ProcessMessage(OrderDefinition.Name, key, id, kind, text), reason);

    private sealed record Cancelling(string? Reason = null);

    private sealed record Packing(string? Parcel = null, ImmutableDictionary<string, int>? Lines = null);
}
