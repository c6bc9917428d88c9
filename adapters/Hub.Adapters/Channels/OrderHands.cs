using System.Collections.Immutable;
using Hub.Adapters.Orders;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Channels;

/// <summary>Orders that came before a change of hands and, by a shop's clock that is ahead, were placed after it.</summary>
internal static class OrderHands
{
    private const int PageSize = 500;
    private static readonly TimeSpan Back = TimeSpan.FromDays(1);

    public static async Task<ImmutableArray<OrderState>> CameBeforeAsync(
        IProcessStore store, string channel, DateTimeOffset at, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var came = ImmutableArray.CreateBuilder<OrderState>();
        ImmutableArray<ProcessView> page = [];
        do
        {
            page = await store.ListSinceAsync(OrderDefinition.Name, now - Back, page.LastOrDefault(), PageSize, cancellationToken);
            came.AddRange(page.Select(view => OrderDefinition.ReadState(view.State)).Where(order => order.Order.Key.Channel == channel && order.Order.PlacedAt >= at));
        }
        while (page.Length == PageSize);
        return came.ToImmutable();
    }

    /// <summary>The hub takes those that it only looked at.</summary>
    /// <returns>How many.</returns>
    public static Task<int> TakeAsync(
        IProcessStore store, ChannelPlan plan, ImmutableArray<OrderState> came, ShippingMode shipping, CancellationToken cancellationToken)
    {
        var messages = came.Where(order => order.Owner is not OrderOwner.Hub).Select(order => OrderDefinition.ToMessage(
            order.Order.Key, $"handed over at {plan.Switches[^1].At:O}",
            order.ShopNumber is null && order.Source is { } source
                ? new OrderFetched(order.Order, source, plan.Intake) { Ownership = plan.Of(order.Order) }
                : new ReceiveOrder(order.Order, plan.Intake, shipping) { Ownership = plan.Of(order.Order) })).ToList();
        return messages.Count == 0 ? Task.FromResult(0) : store.ReceiveAsync(messages, null, cancellationToken);
    }
}
