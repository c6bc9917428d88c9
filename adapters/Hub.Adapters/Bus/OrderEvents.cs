using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Orders;
using Hub.Processes;
using Hub.Processes.Bus;

namespace Hub.Adapters.Bus;

/// <summary>What happened to an order, for whoever listens on the bus; in the same transaction as the order's own state.</summary>
internal static class OrderEvents
{
    /// <summary>The process that tells its events where somebody wants them.</summary>
    public static ProcessDefinition Telling(ProcessDefinition orders, Func<bool> wanted) => new(orders.Name, (state, message) =>
    {
        var decision = orders.Handle(state, message);
        return wanted()
            ? decision with
            {
                Effects = decision.Effects.AddRange(
                    Between(state is null ? null : OrderDefinition.ReadState(state), OrderDefinition.ReadState(decision.State)).Select(BusEffects.Of)),
            }
            : decision;
    });

    /// <summary>What is new in a state.</summary>
    public static IEnumerable<BusMessage> Between(OrderState? before, OrderState after)
    {
        var key = after.Order.Key;
        if (after.Sale is { } sale && before?.Sale != sale)
        {
            yield return Event(key, "OrderBooked", new { sale });
        }

        foreach (var parcel in after.Parcels.Where(parcel => parcel.Shipment is not null && before?.Parcels.Any(old => old.Number == parcel.Number && old.Shipment is not null) != true))
        {
            var shipment = parcel.Shipment!;
            yield return Event(key, "OrderShipped", new
            {
                parcel = parcel.Number,
                carrier = shipment.Carrier,
                tracking = shipment.Tracking,
                lines = parcel.Lines,
            });
        }

        if (before?.Status == after.Status && before.Reason == after.Reason)
        {
            yield break;
        }

        if (after.Status is OrderStatus.Confirmed or OrderStatus.Cancelled && before?.Status != after.Status)
        {
            yield return Event(key, $"Order{after.Status}", new { });
        }
        else if (after.Status is OrderStatus.Parked)
        {
            yield return Event(key, "OrderParked", new { reason = after.Reason });
        }
    }

    private static BusMessage Event<T>(OrderKey key, string kind, T body) => new(kind, key.ToString(), JsonSerializer.SerializeToElement(body, CommerceJson.Options));
}
