using Hub.Commerce;

namespace Hub.Orders;

/// <summary>What does not succeed parks the order for a person, and a person takes it up again.</summary>
internal static class Standing
{
    public static OrderDecision Refused(OrderState state, CommandRefused refused) => (state, refused) switch
    {
        (_, { Command: nameof(UpsertContact) }) => OrderDecision.Nothing(state, $"The CRM refused the contact: {refused.Reason} The order goes on."),
        (_, { Command: nameof(SeekSale) }) => Observing.NotSought(state, refused.Reason),
        _ when !Awaits(state, refused.Command, refused.Parcel) => OrderProcess.Late(state, refused),
        (_, { Command: nameof(VoidShipment) }) => Cancelling.NotVoided(state, state.Parcel(refused.Parcel)!, refused.Reason),
        ({ Cancelling: not null }, { Command: nameof(EnterOrder) or nameof(BookOrder) or nameof(BookShipment) }) => Cancelling.GoOn(
            Undone(state, refused.Command, refused.Parcel), $"{refused.Command} was refused: {refused.Reason}"),
        _ => Parked(state, new Standstill(refused.Command, refused.Parcel, state.Status, false) { Missing = refused.Missing }, $"{refused.Command} was refused: {refused.Reason}"),
    };

    public static OrderDecision GivenUp(OrderState state, CommandGivenUp givenUp) => givenUp.Command is nameof(UpsertContact)
        ? OrderDecision.Nothing(state, $"The contact did not reach the CRM: {givenUp.Reason} The order goes on.")
        : givenUp.Command is nameof(SeekSale) ? Observing.NotSought(state, givenUp.Reason)
        : Awaits(state, givenUp.Command, givenUp.Parcel)
            ? Parked(
                state, new Standstill(givenUp.Command, givenUp.Parcel, state.Status, givenUp.MayHaveHappened) { Missing = givenUp.Missing },
                $"{givenUp.Command} was given up: {givenUp.Reason} The other system "
                + (givenUp.MayHaveHappened ? "MAY have done it: look there before doing it by hand." : "has not done it."))
            : OrderProcess.Late(state, givenUp);

    public static OrderDecision Resumed(OrderState state, ResumeOrder resume) => state.Standstills.IsEmpty
        ? OrderProcess.Late(state, resume)
        : new OrderDecision(
            state with { Status = state.Standstills[0].From, Standstills = [], Reason = null },
            [.. state.Standstills.Select(standstill => Command(state, standstill) with { Again = true })], $"Taken up again: {resume.Reason}.");

    /// <summary>A parked order is to be cancelled: what surely was not done needs no undoing; the rest stays a person's.</summary>
    public static OrderDecision Cancelled(OrderState state, string note)
    {
        if (state.Standstills.All(standstill => standstill is { MayHaveHappened: false, Command: nameof(EnterOrder) or nameof(BookOrder) or nameof(BookShipment) }))
        {
            var undone = state.Standstills.Aggregate(
                state with { Status = state.Standstills[0].From, Standstills = [] },
                (before, standstill) => Undone(before, standstill.Command, standstill.Parcel));
            return Cancelling.GoOn(undone, note);
        }

        return OrderDecision.Nothing(state with { Reason = $"{state.Reason} It is to be cancelled, too: {state.Cancelling}." }, note);
    }

    /// <summary>As if the command, which surely was not done, had never been asked for.</summary>
    public static OrderState Undone(OrderState state, string command, int parcel) => command is nameof(BookShipment)
        ? Shipping.Progress(state.With(state.Parcel(parcel)! with { Status = ParcelStatus.Voided }))
        : state with { Status = OrderStatus.Entered };

    /// <summary>Whether the command's outcome is still to come.</summary>
    public static bool Awaits(OrderState state, string command, int parcel) => !StandsAt(state, command, parcel) && command switch
    {
        nameof(EnterOrder) => state.Status is OrderStatus.Fetched,
        nameof(BookOrder) => state.Status is OrderStatus.Received,
        nameof(BookShipment) => state.Parcel(parcel) is { Status: ParcelStatus.Ordered },
        nameof(ConfirmShipment) => state.Parcel(parcel) is { Status: ParcelStatus.Shipped, Told: true },
        nameof(VoidShipment) => state.Parcel(parcel) is { Status: ParcelStatus.Voiding },
        nameof(CancelSale) => state is { Cancelling: not null, Sale: not null, Standstills: [] }
            && state.Parcels.All(held => held.Status is ParcelStatus.Voided),
        _ => false,
    };

    public static bool StandsAt(OrderState state, string command, int parcel) =>
        state.Standstills.Any(standstill => standstill.Command == command && standstill.Parcel == parcel);

    private static OrderDecision Parked(OrderState state, Standstill standstill, string reason)
    {
        var from = state.Standstills is [var first, ..] ? first.From : state.Status;
        return OrderDecision.Nothing(
            state with
            {
                Status = OrderStatus.Parked,
                Reason = state.Standstills.IsEmpty ? reason : $"{state.Reason} {reason}",
                Standstills = state.Standstills.Add(standstill with { From = from }),
            },
            $"Parked. {reason}");
    }

    private static OrderCommand Command(OrderState state, Standstill standstill)
    {
        var parcel = state.Parcel(standstill.Parcel);
        return standstill.Command switch
        {
            nameof(EnterOrder) => new EnterOrder(state.Order),
            nameof(BookOrder) => new BookOrder(state.Order) { OldReference = state.OldReference },
            nameof(BookShipment) => new BookShipment(new Parcel(state.Order, standstill.Parcel, parcel!.Lines)),
            nameof(ConfirmShipment) => new ConfirmShipment(state.Order, state.Source, parcel!.Shipment!, standstill.Parcel),
            nameof(VoidShipment) => new VoidShipment(new Parcel(state.Order, standstill.Parcel, parcel!.Lines), parcel.Shipment!),
            nameof(CancelSale) => new CancelSale(state.Order.Key, state.Sale!.Value),
            _ => throw new InvalidOperationException($"{standstill.Command} can't be asked for again."),
        };
    }
}
