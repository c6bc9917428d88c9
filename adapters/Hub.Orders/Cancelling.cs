using Hub.Commerce;

namespace Hub.Orders;

/// <summary>
/// An order is cancelled backwards. 1. What is being asked for (booking, label) is awaited, or dropped before it is asked. 2. Labels are given back.
/// 3. The sale is cancelled. A parcel that its channel knows of is not called back: that is a return, and a person's business.
/// </summary>
internal static class Cancelling
{
    public static OrderDecision Asked(OrderState state, CancelOrder cancel)
    {
        var told = state.Parcels.FirstOrDefault(
            parcel => parcel.Status is ParcelStatus.Confirmed || (parcel.Shipment is not null && state.Shipping is ShippingMode.ByErp));
        if (state.Cancelling is not null || state.Status is OrderStatus.Cancelled or OrderStatus.NotBooked or OrderStatus.Observed)
        {
            return OrderProcess.Late(state, cancel);
        }

        if (told is not null)
        {
            return OrderDecision.Nothing(TooLate(state, cancel.Reason, told), $"To be cancelled: {cancel.Reason}. Too late.");
        }

        return GoOn(state with { Cancelling = cancel.Reason }, $"To be cancelled: {cancel.Reason}.");
    }

    /// <summary>The next step back.</summary>
    public static OrderDecision GoOn(OrderState state, string note)
    {
        if (!state.Standstills.IsEmpty)
        {
            return Standing.Cancelled(state, note);
        }

        if (state.Status is OrderStatus.Fetched or OrderStatus.Received || state.Parcels.Any(parcel => parcel.Status is ParcelStatus.Ordered or ParcelStatus.Voiding))
        {
            return OrderDecision.Nothing(state with { Reason = $"To be cancelled: {state.Cancelling}. What was begun is awaited." }, note);
        }

        var shipped = state.Parcels.Where(parcel => parcel.Status is ParcelStatus.Shipped).ToList();
        if (state.Parcels.FirstOrDefault(parcel => parcel.Status is ParcelStatus.Confirmed) is { } told)
        {
            // While a second parcel was awaited the channel took note of the first.
            var late = TooLate(Shipping.Progress(state), state.Cancelling!, told);
            return shipped.Where(parcel => !parcel.Told).Aggregate(
                OrderDecision.Nothing(late, $"{note} Too late to cancel."),
                (before, parcel) => Shipping.Tell(before.State, parcel, before.Note) is var next
                    ? next with { Commands = before.Commands.AddRange(next.Commands) }
                    : before);
        }

        if (shipped.Count > 0)
        {
            return new OrderDecision(
                shipped.Aggregate(state, (before, parcel) => before.With(parcel with { Status = ParcelStatus.Voiding })),
                [.. shipped.Select(parcel => new VoidShipment(new Parcel(state.Order, parcel.Number, parcel.Lines), parcel.Shipment!))],
                $"{note} The label is given back.");
        }

        return state.Sale is { } sale
            ? new OrderDecision(state with { Status = OrderStatus.Booked }, [new CancelSale(state.Order.Key, sale)], $"{note} The sale is cancelled.")
            : Done(state, note);
    }

    public static OrderDecision Voided(OrderState state, ShipmentVoided voided) =>
        state.Parcel(voided.Parcel) is { Status: ParcelStatus.Voiding } parcel && !Standing.StandsAt(state, nameof(VoidShipment), voided.Parcel)
            ? GoOn(
                state.With(parcel with { Status = ParcelStatus.Voided }), $"The carrier took {parcel.Shipment!.Tracking} back.")
            : OrderProcess.Late(state, voided);

    /// <summary>The carrier keeps the label: the parcel goes its way, and what else was to be cancelled stands.</summary>
    public static OrderDecision NotVoided(OrderState state, OrderParcel parcel, string reason)
    {
        state = state with { Cancelling = null, Reason = $"Not cancelled ({state.Cancelling}): {reason} It is a return." };
        var note = $"The carrier keeps {parcel.Shipment!.Tracking}: {reason}";
        return parcel.Told
            ? OrderDecision.Nothing(Shipping.Progress(state.With(parcel with { Status = ParcelStatus.Shipped })), note)
            : Shipping.Tell(state, parcel, note);
    }

    public static OrderDecision SaleCancelled(OrderState state) => Standing.Awaits(state, nameof(CancelSale), 0)
        ? Done(state with { Sale = null }, "The ERP cancelled the sale.")
        : OrderProcess.Late(state, new SaleCancelled());

    public static OrderDecision Dropped(OrderState state, CommandDropped dropped)
    {
        if (state.Cancelling is null || !Standing.Awaits(state, dropped.Command, dropped.Parcel))
        {
            return OrderProcess.Late(state, dropped);
        }

        return GoOn(Standing.Undone(state, dropped.Command, dropped.Parcel), $"{dropped.Command} was not done, and is not wanted any more.");
    }

    private static OrderState TooLate(OrderState state, string reason, OrderParcel told) => state with
    {
        Cancelling = null,
        Reason = $"Not cancelled ({reason}): {told.Shipment!.Tracking} is on its way, and {state.Order.Key.Channel} knows. It is a return.",
    };

    private static OrderDecision Done(OrderState state, string note) => OrderDecision.Nothing(
        state with
        {
            Status = OrderStatus.Cancelled,
            Reason = $"Cancelled: {state.Cancelling}.{(state.ShopNumber is { } number ? $" The shop holds it as {number}: it has to be cancelled there, too." : "")}",
        },
        $"{note} Cancelled.");
}
