using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Orders;

/// <summary>The goods leave, in one parcel or in several, and the channel is told of each.</summary>
internal static class Shipping
{
    public static OrderDecision Asked(OrderState state, ShipParcel ship)
    {
        if (state.Status is not (OrderStatus.Booked or OrderStatus.PartlyShipped) || state.Cancelling is not null
            || state.Parcels.Any(parcel => parcel.Id == ship.Id))
        {
            return OrderProcess.Late(state, ship);
        }

        var remaining = state.Remaining();
        var lines = ship.Lines.IsEmpty ? [.. remaining.Select(left => new ParcelLine(left.Key, left.Value))] : ship.Lines;
        var tooMany = lines.GroupBy(line => line.Sku).FirstOrDefault(
            same => same.Any(line => line.Quantity < 1) || same.Sum(line => line.Quantity) > remaining.GetValueOrDefault(same.Key));
        return lines.IsEmpty || tooMany is not null
            ? OrderDecision.Nothing(state, lines.IsEmpty
                ? $"Nothing remains to be shipped in {ship.Id}."
                : $"{ship.Id} can't hold {tooMany!.Sum(line => line.Quantity)} of {tooMany!.Key}: {remaining.GetValueOrDefault(tooMany.Key)} remain.")
            : Order(state, ship.Id, lines, $"To be shipped: {Text(lines)}.");
    }

    /// <summary>Asks the carrier for a parcel.</summary>
    public static OrderDecision Order(OrderState state, string id, ImmutableArray<ParcelLine> lines, string note)
    {
        var number = state.Parcels.Length + 1;
        return new OrderDecision(
            state.With(new OrderParcel(number, lines, ParcelStatus.Ordered, id)) with { Reason = null },
            [new BookShipment(new Parcel(state.Order, number, lines))], note);
    }

    public static OrderDecision Booked(OrderState state, ShipmentBooked booked) =>
        state.Parcel(booked.Parcel) is { Status: ParcelStatus.Ordered } parcel && !Standing.StandsAt(state, nameof(BookShipment), booked.Parcel)
            ? Left(state, parcel with { Shipment = booked.Shipment }, "Shipped with")
            : OrderProcess.Late(state, booked);

    public static OrderDecision ShippedByErp(OrderState state, GoodsShipped shipped)
    {
        if (state is not { Shipping: ShippingMode.ByErp, Status: OrderStatus.Booked or OrderStatus.PartlyShipped }
            || state.Parcels.Any(parcel => parcel.Id == shipped.Id))
        {
            return OrderProcess.Late(state, shipped);
        }

        // The goods are gone: there is nothing left to cancel.
        return Left(
            state with { Cancelling = null, Reason = null },
            new OrderParcel(state.Parcels.Length + 1, shipped.Shipment.Lines, ParcelStatus.Shipped, shipped.Id, shipped.Shipment),
            "The ERP shipped with");
    }

    public static OrderDecision Confirmed(OrderState state, ShipmentConfirmed confirmed)
    {
        if (state.Parcel(confirmed.Parcel) is not { Told: true, Status: ParcelStatus.Shipped or ParcelStatus.Voiding or ParcelStatus.Voided } parcel)
        {
            return OrderProcess.Late(state, confirmed);
        }

        var note = $"{state.Order.Key.Channel} knows of the shipment.";
        return parcel.Status is ParcelStatus.Shipped
            ? OrderDecision.Nothing(Progress(state.With(parcel with { Status = ParcelStatus.Confirmed })), note)
            : OrderDecision.Nothing(
                state with { Reason = $"{state.Order.Key.Channel} was told of {parcel.Shipment!.Tracking} before its label was given back: tell it there." }, note);
    }

    /// <summary>Tells the channel of a parcel that left.</summary>
    public static OrderDecision Tell(OrderState state, OrderParcel parcel, string note) => new(
        Progress(state.With(parcel with { Status = ParcelStatus.Shipped, Told = true })),
        [new ConfirmShipment(state.Order, state.Source, parcel.Shipment!, parcel.Number)], note);

    /// <summary>Where the order stands by its parcels.</summary>
    public static OrderState Progress(OrderState state)
    {
        var parcels = state.Parcels.Where(parcel => parcel.Status is not ParcelStatus.Voided).ToList();
        var status = state.Remaining().Count > 0 || parcels.Exists(parcel => parcel.Status is ParcelStatus.Ordered)
            ? parcels.Exists(parcel => parcel.Status is not ParcelStatus.Ordered) ? OrderStatus.PartlyShipped : OrderStatus.Booked
            : parcels.TrueForAll(parcel => parcel.Status is ParcelStatus.Confirmed) ? OrderStatus.Confirmed : OrderStatus.Shipped;
        return state.Standstills.IsEmpty ? state with { Status = status } : state;
    }

    private static OrderDecision Left(OrderState state, OrderParcel parcel, string how)
    {
        var note = $"{how} {parcel.Shipment!.Carrier} as {parcel.Shipment.Tracking}{(parcel.Lines.IsEmpty ? "" : $": {Text(parcel.Lines)}")}.";
        return state.Cancelling is null
            ? Tell(state, parcel, note)
            : Cancelling.GoOn(Progress(state.With(parcel with { Status = ParcelStatus.Shipped })), note);
    }

    private static string Text(ImmutableArray<ParcelLine> lines) => string.Join(", ", lines.Select(line => $"{line.Quantity} {line.Sku}"));
}
