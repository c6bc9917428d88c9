using System.Collections.Immutable;
using System.Globalization;
using Hub.Adapters.Connectors;
using Hub.Adapters.DeadLetters;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Reconciling;

/// <summary>
/// Reads the books of a day: 1. the orders as they stand here, 2. ERP, carrier and marketplaces by their own books. In this order, so that what moves
/// meanwhile looks as if it were under way, and never as if it were lost.
/// </summary>
internal sealed class ReadBooks(ConnectorSet connectors, IProcessStore store, TimeProvider time)
{
    private const int PageSize = 500;
    private const int MostLetters = 10_000;

    /// <summary>What is booked or shipped so long after the day is read with it; later than that it is looked up order by order.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(1);

    /// <summary>How far a shop's clock may be ahead.</summary>
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromDays(1);

    private readonly AskSide _ask = new(time);

    public async Task<DayBooks> ReadAsync(Day day, string? channel, CancellationToken cancellationToken)
    {
        // order matters: cursors, orders, sides
        var fetched = new Dictionary<string, DateTimeOffset?>();
        foreach (var connector in connectors.All)
        {
            var cursor = await store.GetSettingAsync($"cursor.{connector.Config.Name}", cancellationToken);
            fetched[connector.Config.Name] = cursor is null ? null : DateTimeOffset.Parse(cursor, CultureInfo.InvariantCulture);
        }

        var letters = (await store.GetDeadLettersAsync(MostLetters, cancellationToken))
            .Where(letter => letter.Process == OrderDefinition.Name && letter.Kind != nameof(UpsertContact)).ToLookup(letter => letter.Key, StringComparer.Ordinal);
        var orders = await OrdersAsync(day, channel, letters, cancellationToken);
        var labelled = orders.Values.Where(order => order.State.Shipping is not ShippingMode.ByErp).ToList();
        return new DayBooks
        {
            Orders = orders,
            Unread = letters.Where(letter => !letter.First().WaitsForAPerson()).ToImmutableDictionary(letter => letter.Key, letter => letter.First()),
            Sales = await SideAsync<IOrderBooking, ISaleBook>(day, channel, [.. orders.Values], OfSale, ByOtherPorts.ByBooking, cancellationToken),
            Labels = await SideAsync<IShipmentBooking, ILabelBook>(day, channel, labelled, OfParcels, ByOtherPorts.ByShipping, cancellationToken),
            Marketplaces = await MarketplacesAsync(day, channel, orders, fetched, cancellationToken),
        };
    }

    private async Task<ImmutableDictionary<OrderKey, DayOrder>> OrdersAsync(
        Day day, string? channel, ILookup<string, DeadLetter> letters, CancellationToken cancellationToken)
    {
        var orders = ImmutableDictionary.CreateBuilder<OrderKey, DayOrder>();
        ImmutableArray<ProcessView> page = [];
        do
        {
            page = await store.ListSinceAsync(OrderDefinition.Name, day.From - ClocksDiffer, page.LastOrDefault(), PageSize, cancellationToken);
            foreach (var view in page)
            {
                var order = new DayOrder(OrderDefinition.ReadState(view.State), view, letters[view.Key].FirstOrDefault());
                if (day.Holds(order.State.Order.PlacedAt) && (channel is null || order.Key.Channel == channel))
                {
                    orders[order.Key] = order;
                }
            }
        }
        while (page.Length == PageSize);
        return orders.ToImmutable();
    }

    /// <summary>A side by its book, or order by order where the connector has none.</summary>
    private async Task<SideBook?> SideAsync<TPort, TBook>(
        Day day, string? channel, IReadOnlyList<DayOrder> orders, Func<DayOrder, IEnumerable<string>> references,
        Func<TPort, Func<DayOrder, CancellationToken, Task<CallOutcome<ImmutableArray<BookEntry>>>>> byPort, CancellationToken cancellationToken)
        where TPort : class
        where TBook : class, IBook
    {
        if (connectors.All.FirstOrDefault(connector => connector.Find<TPort>() is not null) is not { } connector)
        {
            return null;
        }

        ImmutableArray<BookEntry> listed = [];
        var book = connector.Find<TBook>();
        if (book is not null)
        {
            (listed, var silent) = await ListAsync(book, day, Late, channel, cancellationToken);
            if (silent is not null)
            {
                return new SideBook(connector.Config.Name, [], ImmutableDictionary<OrderKey, string>.Empty) { Silent = silent };
            }
        }

        // Of history nobody here knows under which reference it was booked: that it is not is no news.
        var seen = listed.Select(entry => entry.Reference).ToHashSet(StringComparer.Ordinal);
        var missing = orders.Where(order => (order.State.Status is not OrderStatus.NotBooked || order.State.OldReference is not null) && !references(order).Any(seen.Contains)).ToList();
        var find = book is null ? byPort(connector.Find<TPort>()!) : (order, cancel) => FindAsync(book, references(order), cancel);
        var (found, unasked) = await _ask.FindAsync(missing, find, cancellationToken);
        return await KnownAsync(connector.Config.Name, day, orders, references, listed.AddRange(found), unasked, cancellationToken);
    }

    private async Task<(ImmutableArray<BookEntry> Entries, string? Silent)> ListAsync(
        IBook book, Day day, TimeSpan late, string? channel, CancellationToken cancellationToken)
    {
        var (entries, silent) = await _ask.ListAsync((page, cancel) => book.ListAsync(day.From, day.Until + late, page, cancel), cancellationToken);
        return ([.. entries.Where(entry => channel is null || (KeyOf(entry.Reference)?.Channel ?? channel) == channel)], silent);
    }

    /// <summary>Leaves out what belongs to orders of other days.</summary>
    private async Task<SideBook> KnownAsync(
        string name, Day day, IReadOnlyList<DayOrder> orders, Func<DayOrder, IEnumerable<string>> references, ImmutableArray<BookEntry> all,
        ImmutableDictionary<OrderKey, string> unasked, CancellationToken cancellationToken)
    {
        var ofTheDay = orders.SelectMany(references).ToHashSet(StringComparer.Ordinal);
        var entries = ImmutableArray.CreateBuilder<BookEntry>();
        foreach (var entry in all.DistinctBy(entry => (entry.Reference, entry.Number)))
        {
            if (ofTheDay.Contains(entry.Reference) || (day.Holds(entry.At) && !await IsKnownAsync(entry.Reference, cancellationToken)))
            {
                entries.Add(entry);
            }
        }

        return new SideBook(name, entries.ToImmutable(), unasked);
    }

    private async Task<bool> IsKnownAsync(string reference, CancellationToken cancellationToken) =>
        await store.FindAsync(OrderDefinition.Name, reference, cancellationToken) is not null
        || (KeyOf(reference) is { } key && await store.FindAsync(OrderDefinition.Name, key.ToString(), cancellationToken) is not null);

    private async Task<ImmutableDictionary<string, SideBook>> MarketplacesAsync(
        Day day, string? channel, ImmutableDictionary<OrderKey, DayOrder> orders, Dictionary<string, DateTimeOffset?> fetched, CancellationToken cancellationToken)
    {
        var books = ImmutableDictionary.CreateBuilder<string, SideBook>();
        foreach (var connector in connectors.All)
        {
            var (book, source) = (connector.Find<IMarketBook>(), connector.Find<IOrderSource>());
            var of = book?.Channel ?? source?.Channel;
            if (of is null || books.ContainsKey(of) || (channel is not null && of != channel))
            {
                continue;
            }

            var (entries, silent) = book is not null
                ? await ListAsync(book, day, TimeSpan.Zero, of, cancellationToken)
                : await _ask.ListAsync((page, cancel) => ByOtherPorts.BySource(source!)(day.From, day.Until, page, cancel), cancellationToken);
            var seen = entries.Select(entry => entry.Reference).ToHashSet(StringComparer.Ordinal);
            var missing = orders.Values.Where(order => book is not null && silent is null && order.Key.Channel == of && !seen.Contains(order.Key.ToString())).ToList();
            var (found, unasked) = await _ask.FindAsync(missing, (order, cancel) => FindAsync(book!, [order.Key.ToString()], cancel), cancellationToken);
            books[of] = new SideBook(connector.Config.Name, entries.AddRange(found), unasked) { Silent = silent, FetchedUntil = fetched[connector.Config.Name] };
        }

        return books.ToImmutable();
    }

    private static async Task<CallOutcome<ImmutableArray<BookEntry>>> FindAsync(IBook book, IEnumerable<string> references, CancellationToken cancellationToken)
    {
        var entries = ImmutableArray<BookEntry>.Empty;
        foreach (var reference in references)
        {
            var outcome = await book.FindAsync(reference, cancellationToken);
            if (outcome is not CallOutcome<ImmutableArray<BookEntry>>.Done found)
            {
                return outcome;
            }

            entries = entries.AddRange(found.Value);
        }

        return new CallOutcome<ImmutableArray<BookEntry>>.Done(entries);
    }

    internal static IEnumerable<string> OfSale(DayOrder order) => new[] { order.Key.ToString(), order.State.OldReference }.OfType<string>();

    internal static IEnumerable<string> OfParcels(DayOrder order) =>
        order.State.Parcels.Select(parcel => parcel.Number).Append(1).Distinct().Select(number => new Parcel(order.State.Order, number, []).Reference);

    /// <summary>The order that a reference names: of the second parcel's, <c>key#2</c>, the key.</summary>
    internal static OrderKey? KeyOf(string reference)
    {
        var hash = reference.LastIndexOf('#');
        var whole = hash > 0 && int.TryParse(reference.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1 ? reference[..hash] : reference;
        return OrderKey.TryParse(whole, out var key) ? key : null;
    }
}
