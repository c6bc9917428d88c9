using Hub.Commerce;

namespace Hub.Orders;

/// <summary>The order comes, is entered into the shop, and is booked at the ERP.</summary>
internal static class Receiving
{
    public static OrderDecision Fetched(OrderFetched fetched) => fetched.Intake is { } intake && IsHistory(fetched.Order, intake)
        ? History(fetched.Order, intake, source: fetched.Source)
        : new(new OrderState(fetched.Order, OrderStatus.Fetched, fetched.Source), [new EnterOrder(fetched.Order)], $"Fetched by {fetched.Source}.");

    public static OrderDecision FetchedAgain(OrderState state, OrderFetched fetched) => state.Source is null
        ? OrderDecision.Nothing(state with { Source = fetched.Source }, $"Fetched by {fetched.Source}; the shop holds it already.")
        : OrderProcess.Late(state, fetched);

    public static OrderDecision Entered(OrderState state, OrderEntered entered)
    {
        if (state.Status is not OrderStatus.Fetched)
        {
            return OrderProcess.Late(state, entered);
        }

        state = state with { Status = OrderStatus.Entered, ShopNumber = entered.Number };
        return state.Cancelling is not null
            ? Cancelling.GoOn(state, $"The shop holds it as {entered.Number}.")
            : new OrderDecision(
                state, [], $"The shop holds it as {entered.Number}.", new OrderReminder(new EntryUnseen(), OrderProcess.EntryPatience));
    }

    public static OrderDecision Unseen(OrderState state) => state.Status is not OrderStatus.Entered
        ? OrderProcess.Late(state, new EntryUnseen())
        : OrderDecision.Nothing(
            state with
            {
                Reason = $"The shop holds it as {state.ShopNumber}, and the change feed has not shown it as paid for "
                    + $"{OrderProcess.EntryPatience.TotalMinutes} minutes: is it paid there, and is the feed running (hub dataset list)?",
            },
            "Not seen in the change feed yet.");

    public static OrderDecision First(ReceiveOrder receive) => IsHistory(receive.Order, receive.Intake)
        ? History(receive.Order, receive.Intake, receive.Order.Number)
        : Begin(new OrderState(receive.Order, OrderStatus.Received), receive);

    public static OrderDecision Received(OrderState state, ReceiveOrder receive) =>
        state.Status is OrderStatus.Fetched or OrderStatus.Entered || state.Standstills is [{ Command: nameof(EnterOrder) }] || IsNewInTheShop(state, receive)
            ? Begin(state, receive)
            : OrderProcess.Late(state, receive);

    public static OrderDecision Booked(OrderState state, OrderBooked booked)
    {
        if (state.Status is not OrderStatus.Received)
        {
            return OrderProcess.Late(state, booked);
        }

        state = state with { Status = OrderStatus.Booked, Sale = booked.Sale };
        var note = $"Booked as {booked.Sale}.";
        return state switch
        {
            { Cancelling: not null } => Cancelling.GoOn(state, note),
            { Shipping: ShippingMode.AtOnce } => Shipping.Order(state, "all", [], note),
            { Shipping: ShippingMode.OnRequest } => OrderDecision.Nothing(
                state with { Reason = "It waits to be packed: hub order ship, or POST /api/orders/KEY/parcels." }, note),
            _ => OrderDecision.Nothing(state with { Reason = "It waits for the ERP to ship it." }, note),
        };
    }

    private static bool IsHistory(Order order, DateTimeOffset intake) => (order.PaidAt ?? order.PlacedAt) < intake;

    /// <summary>History at its marketplace, which somebody entered into the shop, paid, since the intake began: what the shop says counts.</summary>
    private static bool IsNewInTheShop(OrderState state, ReceiveOrder receive) =>
        state is { Status: OrderStatus.NotBooked, Source: not null, ShopNumber: null } && !IsHistory(receive.Order, receive.Intake);

    private static OrderDecision History(Order order, DateTimeOffset intake, string? shopNumber = null, string? source = null) => OrderDecision.Nothing(
        new OrderState(order, OrderStatus.NotBooked, source, ShopNumber: shopNumber,
            Reason: $"It was {(order.PaidAt is null ? "placed" : "paid")} at {order.PaidAt ?? order.PlacedAt:u}, before the intake began at {intake:u}."),
        "From before the intake: kept, and not booked.");

    private static OrderDecision Begin(OrderState state, ReceiveOrder receive)
    {
        var number = receive.Order.Number;
        state = state with
        {
            Order = receive.Order,
            Status = OrderStatus.Received,
            Shipping = receive.Shipping,
            ShopNumber = number,
            Reason = null,
            Standstills = [],
        };
        return state.Cancelling is not null
            ? Cancelling.GoOn(state with { Status = OrderStatus.Entered }, $"The shop holds it, paid, as {number}.")
            : new OrderDecision(
                state, [new UpsertContact(receive.Order.Buyer), new BookOrder(receive.Order)], $"The shop holds it, paid, as {number}.");
    }
}
