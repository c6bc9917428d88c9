using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors;

namespace Hub.Adapters.Reconciling;

/// <summary>
/// Books for connectors that have none of their own, by the ports that every one has: a sale and a label are looked up order by order, a
/// marketplace's orders are read as a poll reads them. They tell no sums, or no voids, where those ports don't.
/// </summary>
internal static class ByOtherPorts
{
    /// <summary>By <see cref="IOrderBooking.FindAsync"/>: it tells a number and no sum, and nothing of sales that no order explains.</summary>
    public static Func<DayOrder, CancellationToken, Task<CallOutcome<ImmutableArray<BookEntry>>>> ByBooking(IOrderBooking booking) => async (order, cancel) =>
        Map(await booking.FindAsync(order.Key, cancel), sale => sale is { } found
            ? [new BookEntry(order.Key.ToString(), found.Text, order.State.Order.PlacedAt)]
            : ImmutableArray<BookEntry>.Empty);

    /// <summary>By <see cref="IShipmentBooking.FindAsync"/>: a label that was given back is none.</summary>
    public static Func<DayOrder, CancellationToken, Task<CallOutcome<ImmutableArray<BookEntry>>>> ByShipping(IShipmentBooking shipping) => async (order, cancel) =>
    {
        var entries = ImmutableArray<BookEntry>.Empty;
        foreach (var parcel in order.State.Parcels.Select(parcel => new Parcel(order.State.Order, parcel.Number, parcel.Lines)).DefaultIfEmpty(new Parcel(order.State.Order, 1, [])))
        {
            var outcome = Map(await shipping.FindAsync(parcel, cancel), shipment => shipment is not null
                ? entries.Add(new BookEntry(parcel.Reference, shipment.Tracking.Text, order.State.Order.PlacedAt))
                : entries);
            if (outcome is not CallOutcome<ImmutableArray<BookEntry>>.Done done)
            {
                return outcome;
            }

            entries = done.Value;
        }

        return new CallOutcome<ImmutableArray<BookEntry>>.Done(entries);
    };

    /// <summary>By <see cref="IOrderSource.FetchAsync"/>: it does not tell whether the marketplace knows of the shipment.</summary>
    public static Func<DateTimeOffset, DateTimeOffset, string?, CancellationToken, Task<CallOutcome<BookPage>>> BySource(IOrderSource source) =>
        async (from, until, page, cancel) => Map(await source.FetchAsync(from, page, cancel), fetched => new BookPage(
            [
                .. fetched.Orders.Where(order => order.PlacedAt >= from && order.PlacedAt < until)
                    .Select(order => new BookEntry(order.Key.ToString(), order.Key.Id, order.PlacedAt, order.Total)),
            ],
            fetched.Next));

    private static CallOutcome<TOut> Map<TIn, TOut>(CallOutcome<TIn> outcome, Func<TIn, TOut> map) => outcome switch
    {
        CallOutcome<TIn>.Done done => new CallOutcome<TOut>.Done(map(done.Value)),
        CallOutcome<TIn>.Refused refused => new CallOutcome<TOut>.Refused(refused.Reason),
        CallOutcome<TIn>.NotDone notDone => new CallOutcome<TOut>.NotDone(notDone.Reason, notDone.After),
        _ => new CallOutcome<TOut>.Unknown(((CallOutcome<TIn>.Unknown)outcome).Reason),
    };
}
