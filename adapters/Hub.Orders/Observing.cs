using System.Globalization;
using Hub.Commerce;

namespace Hub.Orders;

/// <summary>
/// An order that belongs to the old export: the hub says what it would book and ship, has nothing done, and looks now and then for what the old
/// export booked, until it is found or nobody would wait any longer.
/// </summary>
internal static class Observing
{
    /// <summary>From look to look: an export may run by the minute or by night, and over a weekend not at all.</summary>
    private static readonly TimeSpan[] Looks =
        [TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(3)];

    public static OrderDecision Begin(OrderState state, Ownership ownership, string note) => new(
        state with
        {
            Status = OrderStatus.Observed,
            Owner = OrderOwner.OldExport,
            OldReference = ownership.OldReference,
            Looks = 0,
            Cancelling = null,
            Standstills = [],
            Reason = $"{Would(state.Order)} What the old export booked is still to be looked for.",
        },
        [], $"{note} It belongs to the old export.", new OrderReminder(new LookForSale(0), Looks[0]));

    public static OrderDecision Look(OrderState state, LookForSale look) => state.Status is OrderStatus.Observed && look.Number == state.Looks
        ? new OrderDecision(state with { Looks = state.Looks + 1 }, [new SeekSale(state.Order, state.OldReference)], "What did the old export book?")
        : OrderProcess.Late(state, look);

    public static OrderDecision Sought(OrderState state, SaleSought sought) => (state.Status, sought.Sale) switch
    {
        (OrderStatus.Received, { } sale) => Edge(state, sought, sale),
        (OrderStatus.Observed, null) => NotFound(state),
        (OrderStatus.Observed, { } sale) => Verdict(state, Compare(state.Order, sought, sale)),
        _ => OrderProcess.Late(state, sought),
    };

    /// <summary>It could not be looked for; nothing else waits for it.</summary>
    public static OrderDecision NotSought(OrderState state, string reason) => state.Status is OrderStatus.Observed
        ? Verdict(state, $"What the old export booked could not be looked for: {reason}")
        : OrderDecision.Nothing(state, $"The look for the old export's sale ended: {reason}");

    private static OrderDecision NotFound(OrderState state) => state.Looks < Looks.Length
        ? Verdict(state, "Not found: the ERP has no sale of the old export's yet.") with { Reminder = new OrderReminder(new LookForSale(state.Looks), Looks[state.Looks]) }
        : Verdict(state, string.Create(
            CultureInfo.InvariantCulture, $"Not found: the old export has not booked it within {Looks.Aggregate(TimeSpan.Zero, (sum, look) => sum + look).TotalDays:0.#} days."));

    // The hub was about to book it, looked first, and found that the other had.
    private static OrderDecision Edge(OrderState state, SaleSought sought, SaleNumber sale) => Verdict(
        state with { Status = OrderStatus.Observed, Owner = OrderOwner.OldExport, Looks = Looks.Length },
        $"At the change of hands the old export had booked it already. {Compare(state.Order, sought, sale)}");

    private static OrderDecision Verdict(OrderState state, string verdict) =>
        OrderDecision.Nothing(state with { Reason = $"{Would(state.Order)} {verdict}" }, verdict);

    private static string Compare(Order order, SaleSought sought, SaleNumber sale) => sought.Total switch
    {
        null => $"Found: the old export booked it as {sale} ({sought.Reference}); the ERP does not tell its sum.",
        { } total when total == order.Total => $"Found: the old export booked it as {sale} ({sought.Reference}), {total}, as the hub would have.",
        { } total => $"Sum differs: the old export booked {total} as {sale} ({sought.Reference}).",
    };

    private static string Would(Order order) =>
        $"The hub would book {order.Total}, {order.Lines.Sum(line => line.Quantity)} pieces in {order.Lines.Length} lines, and ship to {order.ShipTo.Country}.";
}
