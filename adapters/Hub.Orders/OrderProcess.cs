using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Orders;

/// <summary>
/// The way of an order: state and message in, state and commands out. It calls nobody and reads no clock, so each step
/// can be repeated and tested by itself.
/// </summary>
/// <remarks>
/// <c>OrderFetched</c> → EnterOrder → <c>OrderEntered</c> → (the shop's change feed) → <c>ReceiveOrder</c> → BookOrder →
/// <c>OrderBooked</c> → BookShipment → <c>ShipmentBooked</c> → ConfirmShipment → <c>ShipmentConfirmed</c>. Orders of the shop's own
/// channels begin at ReceiveOrder. A message that comes twice, or too late, changes nothing.
/// </remarks>
public static class OrderProcess
{
    /// <summary>How long an entered order may stay unseen by the change feed before that is told.</summary>
    public static readonly TimeSpan EntryPatience = TimeSpan.FromMinutes(15);

    /// <param name="state">The order's state; null for an order not heard of yet.</param>
    /// <exception cref="InvalidOperationException">A reply came for an order that does not exist.</exception>
    public static OrderDecision Handle(OrderState? state, OrderMessage message) => (state, message) switch
    {
        (null, OrderFetched fetched) => new OrderDecision(
            new OrderState(fetched.Order, OrderStatus.Fetched, fetched.Source),
            [new EnterOrder(fetched.Order)], $"Fetched by {fetched.Source}."),
        (null, ReceiveOrder receive) when (receive.Order.PaidAt ?? receive.Order.PlacedAt) < receive.Intake => new OrderDecision(
            new OrderState(receive.Order, OrderStatus.NotBooked, ShopNumber: receive.Order.Number,
                Reason: $"It was {(receive.Order.PaidAt is null ? "placed" : "paid")} at {receive.Order.PaidAt ?? receive.Order.PlacedAt:u}, before the intake began at {receive.Intake:u}."),
            [], "From before the intake: kept, and not booked."),
        (null, ReceiveOrder receive) => Received(new OrderState(receive.Order, OrderStatus.Received), receive),
        (null, _) => throw new InvalidOperationException($"{message.GetType().Name} came for an order that was never received."),

        ({ Source: null }, OrderFetched fetched) => Unchanged(
            state with { Source = fetched.Source }, $"Fetched by {fetched.Source}; the shop holds it already."),
        ({ Status: OrderStatus.Fetched or OrderStatus.Entered } or { ParkedAt: nameof(EnterOrder) }, ReceiveOrder receive) =>
            Received(state, receive),
        ({ Status: OrderStatus.Fetched }, OrderEntered entered) => new OrderDecision(
            state with { Status = OrderStatus.Entered, ShopNumber = entered.Number }, [],
            $"The shop holds it as {entered.Number}.", new OrderReminder(new EntryUnseen(), EntryPatience)),
        ({ Status: OrderStatus.Entered }, EntryUnseen) => Unchanged(
            state with
            {
                Reason = $"The shop holds it as {state.ShopNumber}, and the change feed has not shown it as paid for "
                    + $"{EntryPatience.TotalMinutes} minutes: is it paid there, and is the feed running (hub dataset list)?",
            },
            "Not seen in the change feed yet."),
        ({ Status: OrderStatus.Received }, OrderBooked booked) => new OrderDecision(
            state with { Status = OrderStatus.Booked, Sale = booked.Sale },
            [new BookShipment(new Parcel(state.Order, 1, []))], $"Booked as {booked.Sale}."),
        ({ Status: OrderStatus.Booked }, ShipmentBooked shipped) => new OrderDecision(
            state with { Status = OrderStatus.Shipped, Shipment = shipped.Shipment },
            [new ConfirmShipment(state.Order, state.Source, shipped.Shipment)],
            $"Shipped with {shipped.Shipment.Carrier} as {shipped.Shipment.Tracking}."),
        ({ Status: OrderStatus.Shipped }, ShipmentConfirmed) => Unchanged(
            state with { Status = OrderStatus.Confirmed }, $"{state.Order.Key.Channel} knows of the shipment."),

        (_, CommandRefused { Command: nameof(UpsertContact) } refused) => Unchanged(
            state, $"The CRM refused the contact: {refused.Reason} The order goes on."),
        (_, CommandGivenUp { Command: nameof(UpsertContact) } givenUp) => Unchanged(
            state, $"The contact did not reach the CRM: {givenUp.Reason} The order goes on."),
        (_, CommandRefused refused) when Awaits(state, refused.Command) => Parked(
            state, refused.Command, $"{refused.Command} was refused: {refused.Reason}"),
        (_, CommandGivenUp givenUp) when Awaits(state, givenUp.Command) => Parked(
            state, givenUp.Command,
            $"{givenUp.Command} was given up: {givenUp.Reason} The other system "
            + (givenUp.MayHaveHappened ? "MAY have done it: look there before doing it by hand." : "has not done it.")),
        _ => Unchanged(state, $"{message.GetType().Name} came again or too late: nothing to do."),
    };

    private static OrderDecision Received(OrderState state, ReceiveOrder receive) => new(
        state with
        {
            Order = receive.Order,
            Status = OrderStatus.Received,
            ShopNumber = receive.Order.Number,
            Reason = null,
            ParkedAt = null,
        },
        [new UpsertContact(receive.Order.Buyer), new BookOrder(receive.Order)],
        $"The shop holds it, paid, as {receive.Order.Number}.");

    private static OrderDecision Parked(OrderState state, string command, string reason) =>
        Unchanged(state with { Status = OrderStatus.Parked, Reason = reason, ParkedAt = command }, $"Parked. {reason}");

    private static OrderDecision Unchanged(OrderState state, string note) => new(state, ImmutableArray<OrderCommand>.Empty, note);

    private static bool Awaits(OrderState state, string command) => state.Status switch
    {
        OrderStatus.Fetched => command == nameof(EnterOrder),
        OrderStatus.Received => command == nameof(BookOrder),
        OrderStatus.Booked => command == nameof(BookShipment),
        OrderStatus.Shipped => command == nameof(ConfirmShipment),
        _ => false,
    };
}
