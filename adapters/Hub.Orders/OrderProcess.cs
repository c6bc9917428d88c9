namespace Hub.Orders;

/// <summary>
/// The way of an order: state and message in, state and commands out. It calls nobody and reads no clock, so each step
/// can be repeated and tested by itself.
/// </summary>
/// <remarks>
/// <c>OrderFetched</c> → EnterOrder → <c>OrderEntered</c> → (the shop's change feed) → <c>ReceiveOrder</c> → BookOrder →
/// <c>OrderBooked</c> → BookShipment for each parcel → <c>ShipmentBooked</c> → ConfirmShipment → <c>ShipmentConfirmed</c>. Orders of the shop's
/// own channels begin at ReceiveOrder. <c>CancelOrder</c> undoes it backwards: what is being asked for is awaited, then VoidShipment, then CancelSale.
/// A message that comes twice, or too late, changes nothing.
/// </remarks>
public static class OrderProcess
{
    /// <summary>How long an entered order may stay unseen by the change feed before that is told.</summary>
    public static readonly TimeSpan EntryPatience = TimeSpan.FromMinutes(15);

    /// <param name="state">The order's state; null for an order not heard of yet.</param>
    /// <exception cref="InvalidOperationException">A reply came for an order that does not exist.</exception>
    public static OrderDecision Handle(OrderState? state, OrderMessage message) => (state, message) switch
    {
        (null, OrderFetched fetched) => Receiving.Fetched(fetched),
        (null, ReceiveOrder receive) => Receiving.First(receive),
        (null, _) => throw new InvalidOperationException($"{message.GetType().Name} came for an order that was never received."),
        (_, OrderFetched fetched) => Receiving.FetchedAgain(state, fetched),
        (_, OrderEntered entered) => Receiving.Entered(state, entered),
        (_, EntryUnseen) => Receiving.Unseen(state),
        (_, ReceiveOrder receive) => Receiving.Received(state, receive),
        (_, OrderBooked booked) => Receiving.Booked(state, booked),
        (_, ShipParcel ship) => Shipping.Asked(state, ship),
        (_, GoodsShipped shipped) => Shipping.ShippedByErp(state, shipped),
        (_, ShipmentBooked booked) => Shipping.Booked(state, booked),
        (_, ShipmentConfirmed confirmed) => Shipping.Confirmed(state, confirmed),
        (_, LookForSale look) => Observing.Look(state, look),
        (_, SaleSought sought) => Observing.Sought(state, sought),
        (_, CancelOrder cancel) => Cancelling.Asked(state, cancel),
        (_, ShipmentVoided voided) => Cancelling.Voided(state, voided),
        (_, SaleCancelled) => Cancelling.SaleCancelled(state),
        (_, CommandDropped dropped) => Cancelling.Dropped(state, dropped),
        (_, CommandRefused refused) => Standing.Refused(state, refused),
        (_, CommandGivenUp givenUp) => Standing.GivenUp(state, givenUp),
        (_, ResumeOrder resume) => Standing.Resumed(state, resume),
        _ => Late(state, message),
    };

    /// <summary>What comes again, or too late.</summary>
    internal static OrderDecision Late(OrderState state, OrderMessage message) =>
        OrderDecision.Nothing(state, $"{message.GetType().Name} came again or too late: nothing to do.");
}
