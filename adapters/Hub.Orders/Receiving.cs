using Hub.Commerce;

namespace Hub.Orders;

/// <summary>The order comes, is entered into the shop, and is booked at the ERP.</summary>
internal static class Receiving
{
    public static OrderDecision Fetched(OrderFetched fetched)
    {
        var state = new OrderState(fetched.Order, OrderStatus.Fetched, fetched.Source);
        return Early(fetched.Order, fetched.Intake ?? DateTimeOffset.MinValue) is { } why ? History(state, why) : Enter(state, fetched);
    }

    public static OrderDecision FetchedAgain(OrderState state, OrderFetched fetched) => state switch
    {
        { Source: null } => OrderDecision.Nothing(state with { Source = fetched.Source }, $"Fetched by {fetched.Source}; the shop holds it already."),

        // It was the old export's, and changed hands before the shop held it.
        { ShopNumber: null, Owner: not OrderOwner.Hub } when fetched.Ownership is null or { Owner: OrderOwner.Hub } => Enter(state, fetched),
        _ => OrderProcess.Late(state, fetched),
    };

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

    public static OrderDecision First(ReceiveOrder receive)
    {
        var state = new OrderState(receive.Order, OrderStatus.Received, ShopNumber: receive.Order.Number);
        return Early(receive.Order, receive.Intake) is { } why ? History(state, why) : Take(state, receive);
    }

    public static OrderDecision Received(OrderState state, ReceiveOrder receive) =>
        state.Status is OrderStatus.Fetched or OrderStatus.Entered || state.Standstills is [{ Command: nameof(EnterOrder) }] || state.Owner is not OrderOwner.Hub || IsNewInTheShop(state, receive)
            ? Take(state with { Order = receive.Order, ShopNumber = receive.Order.Number }, receive)
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

    private static string? Early(Order order, DateTimeOffset intake) => (order.PaidAt ?? order.PlacedAt) < intake
        ? $"It was {(order.PaidAt is null ? "placed" : "paid")} at {order.PaidAt ?? order.PlacedAt:u}, before the intake began at {intake:u}."
        : null;

    /// <summary>History at its marketplace, which somebody entered into the shop, paid, since the intake began: what the shop says counts.</summary>
    private static bool IsNewInTheShop(OrderState state, ReceiveOrder receive) =>
        state is { Status: OrderStatus.NotBooked, Source: not null, ShopNumber: null } && Early(receive.Order, receive.Intake) is null;

    private static OrderDecision History(OrderState state, string why) =>
        OrderDecision.Nothing(state with { Status = OrderStatus.NotBooked, Reason = why }, "From before the intake: kept, and not booked.");

    private static OrderDecision Off(OrderState state) => OrderDecision.Nothing(
        state with { Status = OrderStatus.NotBooked, Owner = OrderOwner.Off, Reason = $"The channel {state.Order.Key.Channel} is off: the hub books none of its orders." },
        "Its channel is off: kept, and not booked.");

    /// <summary>What a marketplace gave goes into the shop, if it is the hub's to do so.</summary>
    private static OrderDecision Enter(OrderState state, OrderFetched fetched) => fetched.Ownership switch
    {
        { Owner: OrderOwner.OldExport } old => Observing.Begin(state, old, $"Fetched by {fetched.Source}."),
        { Owner: OrderOwner.Off } => Off(state),
        _ => new OrderDecision(
            state with { Status = OrderStatus.Fetched, Owner = OrderOwner.Hub, Reason = null }, [new EnterOrder(fetched.Order)], $"Fetched by {fetched.Source}."),
    };

    /// <summary>What the shop holds is booked by whom it belongs to: the shop's time decides, as it does for the old export.</summary>
    private static OrderDecision Take(OrderState state, ReceiveOrder receive) => receive.Ownership switch
    {
        { Owner: OrderOwner.OldExport } old => Observing.Begin(state, old, $"The shop holds it, paid, as {receive.Order.Number}."),
        { Owner: OrderOwner.Off } => Off(state),
        _ => Begin(state, receive),
    };

    private static OrderDecision Begin(OrderState state, ReceiveOrder receive)
    {
        var number = receive.Order.Number;
        state = state with
        {
            Order = receive.Order,
            Status = OrderStatus.Received,
            Owner = OrderOwner.Hub,
            OldReference = receive.Ownership?.OldReference,
            Shipping = receive.Shipping,
            ShopNumber = number,
            Reason = null,
            Standstills = [],
        };
        return state.Cancelling is not null
            ? Cancelling.GoOn(state with { Status = OrderStatus.Entered }, $"The shop holds it, paid, as {number}.")
            : new OrderDecision(
                state, [new UpsertContact(receive.Order.Buyer), Book(receive)], $"The shop holds it, paid, as {number}.");
    }

    private static BookOrder Book(ReceiveOrder receive) => receive.Ownership is { AtTheEdge: true } edge
        ? new BookOrder(receive.Order) { Again = true, OldReference = edge.OldReference }
        : new BookOrder(receive.Order);
}
