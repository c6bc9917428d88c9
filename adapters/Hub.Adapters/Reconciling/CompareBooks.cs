using System.Collections.Immutable;
using System.Globalization;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Control.Protocol;
using Hub.Orders;

namespace Hub.Adapters.Reconciling;

/// <summary>
/// Compares the books of a day: shop → ERP → carrier → marketplace. An order is named once, at the first side where it is not as it should be: what is
/// missing behind that follows from it. It calls nobody.
/// </summary>
internal static class CompareBooks
{
    /// <param name="intake">From when on orders are booked; null: not known.</param>
    public static ImmutableArray<OrderDifference> Differences(DayBooks books, DateTimeOffset? intake) =>
    [
        .. books.Orders.Values.Select(order => Of(books, order)).OfType<OrderDifference>().OrderBy(difference => difference.Key, StringComparer.Ordinal),
        .. Strangers(books, books.Sales, "erp", entry => $"{entry.Number}{(entry.Total is { } total ? $" ({total})" : "")}, and no order explains it"),
        .. Strangers(books, books.Labels, "carrier", entry => $"the label {entry.Number}, and no order explains it"),
        .. books.Marketplaces.Values.SelectMany(market => Unfetched(books, market, intake)),
    ];

    /// <summary>What could not be compared.</summary>
    public static ImmutableArray<string> Notes(DayBooks books)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var (side, book) in books.Sides)
        {
            if (book.Silent is { } why)
            {
                notes.Add($"{side}: {book.Name} could not be asked, so nothing is known of it: {why}");
            }

            if (book.Unasked.Count > 0)
            {
                notes.Add($"{side}: {book.Name} could not be asked for {book.Unasked.Count} orders, which are named: {book.Unasked.First().Value}");
            }

            var others = book.Entries.Count(entry => books.KeyOf(entry.Reference) is null);
            if (others > 0)
            {
                notes.Add($"{side}: {book.Name} has {others} entries with references that are none of the hub's; they are not compared");
            }
        }

        return notes.ToImmutable();
    }

    /// <summary>What each side counts, by channel and currency.</summary>
    public static ImmutableArray<ReconciledSum> Sums(DayBooks books)
    {
        var orders = books.Orders.Values.ToList();
        var sales = Answered(books.Sales)?.Entries.Where(entry => !entry.Void).ToList();
        var shipped = Answered(books.Labels)?.Entries.Where(entry => !entry.Void).Select(entry => ReadBooks.KeyOf(entry.Reference)).OfType<OrderKey>().ToHashSet();
        var sold = books.Marketplaces.Values.Where(market => market.Silent is null).SelectMany(market => market.Entries).Where(entry => !entry.Void).ToList();
        return
        [
            .. orders.Select(order => GroupOf(order.Key, order.State.Order.Total.Currency))
                .Concat((sales ?? []).Concat(sold).Select(entry => GroupOf(books, entry)).OfType<(string, string)>())
                .Distinct().Order()
                .Select(group => new ReconciledSum(
                    group.Item1, group.Item2,
                    Shop([.. orders.Where(order => order.State.ShopNumber is not null && GroupOf(order.Key, order.State.Order.Total.Currency) == group)]),
                    sales is null ? null : Sum([.. sales.Where(entry => GroupOf(books, entry) == group)]),
                    shipped is null ? null : new SideSum(orders.Count(order => shipped.Contains(order.Key) && GroupOf(order.Key, order.State.Order.Total.Currency) == group), null),
                    Answered(books.Marketplaces.GetValueOrDefault(group.Item1)) is null ? null : Sum([.. sold.Where(entry => GroupOf(books, entry) == group)]))),
        ];
    }

    private static OrderDifference? Of(DayBooks books, DayOrder order) =>
        (order.State.ShopNumber is null ? Missing(order, "shop", "the shop does not hold it", null, DifferencePoint.BeforeTheShop) : null)
        ?? (Answered(books.Sales) is { } sales ? Sale(order, sales) : null)
        ?? (Answered(books.Labels) is { } labels && order.State is { Shipping: not ShippingMode.ByErp, Owner: OrderOwner.Hub } ? Label(order, labels) : null)
        ?? (Answered(books.Marketplaces.GetValueOrDefault(order.Key.Channel)) is { } market ? Sold(order, market, Answered(books.Labels)) : null);

    private static OrderDifference? Sale(DayOrder order, SideBook sales)
    {
        var all = ReadBooks.OfSale(order).SelectMany(reference => sales.ByReference[reference]).ToList();
        var live = all.Where(entry => !entry.Void).ToList();
        return live switch
        {
            [] when sales.Unasked.TryGetValue(order.Key, out var why) => new OrderDifference(order.Key.ToString(), "erp", "not looked up", DifferencePoint.NotAsked, why),
            [] => Missing(order, "erp", "no sale", all is [var gone, ..] ? $"{gone.Number} is cancelled there." : null, DifferencePoint.BeforeTheSale),
            [_, _, ..] => Wrong(order, "erp", $"{live.Count} sales: {string.Join(", ", live.Select(entry => entry.Number))}"),
            [_] when order.State.Status is OrderStatus.Cancelled => Wrong(order, "erp", $"{live[0].Number} stands, and the order is cancelled"),
            [{ Total: { } total }] when total != order.State.Order.Total => Wrong(order, "erp", $"{live[0].Number} is {total}, and the order {order.State.Order.Total}"),
            _ => null,
        };
    }

    private static OrderDifference? Label(DayOrder order, SideBook labels)
    {
        var byReference = ReadBooks.OfParcels(order).ToDictionary(reference => reference, reference => labels.ByReference[reference].ToList());
        var twice = byReference.Values.Select(entries => entries.Where(entry => !entry.Void).ToList()).FirstOrDefault(live => live.Count > 1);
        if (twice is not null)
        {
            return Wrong(order, "carrier", $"{twice.Count} labels for one parcel: {string.Join(", ", twice.Select(entry => entry.Number))}");
        }

        var lost = order.State.Parcels.Where(parcel => parcel.Status is ParcelStatus.Shipped or ParcelStatus.Confirmed)
            .FirstOrDefault(parcel => byReference[new Parcel(order.State.Order, parcel.Number, []).Reference].TrueForAll(entry => entry.Void));
        var any = byReference.Values.Any(entries => entries.Exists(entry => !entry.Void));
        if (any && order.State.Status is OrderStatus.Cancelled)
        {
            return Wrong(order, "carrier", "a label stands, and the order is cancelled");
        }

        if (lost is null && any)
        {
            return null;
        }

        if (labels.Unasked.TryGetValue(order.Key, out var why))
        {
            return new OrderDifference(order.Key.ToString(), "carrier", "not looked up", DifferencePoint.NotAsked, why);
        }

        var what = lost is null ? "no label" : $"the label {lost.Shipment!.Tracking} is not there";
        var voided = byReference.Values.SelectMany(entries => entries).FirstOrDefault(entry => entry.Void);
        return voided is not null && order.State.Status is not (OrderStatus.Cancelled or OrderStatus.Parked)
            ? new OrderDifference(order.Key.ToString(), "carrier", what, DifferencePoint.VoidedLabel, $"{voided.Number} was given back there.")
            : Missing(order, "carrier", what, null, DifferencePoint.BeforeTheLabel);
    }

    private static OrderDifference? Sold(DayOrder order, SideBook market, SideBook? labels)
    {
        var entry = market.ByReference[order.Key.ToString()].FirstOrDefault();
        var hasLabel = labels is not null && ReadBooks.OfParcels(order).Any(reference => labels.ByReference[reference].Any(label => !label.Void));
        return entry switch
        {
            null when market.Unasked.TryGetValue(order.Key, out var why) => new OrderDifference(order.Key.ToString(), "marketplace", "not looked up", DifferencePoint.NotAsked, why),
            null => Wrong(order, "marketplace", $"{market.Name} does not hold it"),
            { Total: { } total } when total != order.State.Order.Total => Wrong(order, "marketplace", $"it is {total} there, and {order.State.Order.Total} here"),
            { Shipped: false } when hasLabel => Missing(order, "marketplace", "not told of the shipment", null, DifferencePoint.BeforeTheConfirmation),
            _ => null,
        };
    }

    /// <summary>What stands there under a key of ours and belongs to no order.</summary>
    private static IEnumerable<OrderDifference> Strangers(DayBooks books, SideBook? side, string name, Func<BookEntry, string> what) =>
        from entry in side?.Entries ?? []
        let key = ReadBooks.KeyOf(entry.Reference)
        where !entry.Void && key is not null && !books.Orders.ContainsKey(key.Value)
        select books.Unread.TryGetValue(key.Value.ToString(), out var letter)
            ? new OrderDifference(entry.Reference, name, what(entry), DifferencePoint.DeadLetter, $"{letter.Id}: {letter.Reason}")
            : new OrderDifference(entry.Reference, name, what(entry), DifferencePoint.Unexplained, null);

    /// <summary>What the marketplace sold and the hub does not have.</summary>
    private static IEnumerable<OrderDifference> Unfetched(DayBooks books, SideBook market, DateTimeOffset? intake) =>
        from entry in market.Entries
        where !entry.Void && OrderKey.TryParse(entry.Reference, out var key) && !books.Orders.ContainsKey(key)
        let point = books.Unread.TryGetValue(entry.Reference, out var letter) ? (DifferencePoint.DeadLetter, $"{letter.Id}: {letter.Reason}")
            : entry.At < intake ? (DifferencePoint.History, string.Create(CultureInfo.InvariantCulture, $"It was placed at {entry.At:u}."))
            : market.FetchedUntil is null || entry.At >= market.FetchedUntil ? (DifferencePoint.UnderWay, $"{market.Name} is still to be asked for it.")
            : (DifferencePoint.Unexplained, null)
        select new OrderDifference(entry.Reference, "shop", $"{market.Name} sold it, and it was not fetched", point.Item1, point.Item2);

    private static OrderDifference Missing(DayOrder order, string side, string what, string? found, Func<OrderStatus, bool> before)
    {
        var (point, detail) = DifferencePoint.Of(order, before);
        return new OrderDifference(order.Key.ToString(), side, what, point, string.Join(' ', new[] { found, detail }.OfType<string>()) is { Length: > 0 } text ? text : null);
    }

    private static OrderDifference Wrong(DayOrder order, string side, string what) => new(
        order.Key.ToString(), side, what, order.State.Status is OrderStatus.Observed ? DifferencePoint.Observed : order.State.Cancelling is not null && order.State.Status is not OrderStatus.Cancelled ? DifferencePoint.UnderWay : DifferencePoint.Unexplained,
        order.State.Reason);

    private static SideBook? Answered(SideBook? book) => book is { Silent: null } ? book : null;

    private static (string Channel, string Currency) GroupOf(OrderKey key, string currency) => (key.Channel, currency);

    private static (string Channel, string Currency)? GroupOf(DayBooks books, BookEntry entry) => books.KeyOf(entry.Reference) is { } key
        ? (key.Channel, entry.Total?.Currency ?? books.Orders.GetValueOrDefault(key)?.State.Order.Total.Currency ?? "-")
        : null;

    private static SideSum Shop(List<DayOrder> orders) => new(orders.Count, orders.Sum(order => order.State.Order.Total.Amount));

    private static SideSum Sum(List<BookEntry> entries) =>
        new(entries.Count, entries.TrueForAll(entry => entry.Total is not null) ? entries.Sum(entry => entry.Total!.Value.Amount) : null);
}
