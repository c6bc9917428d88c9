using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Reconciling;

/// <summary>What each side says of a day, before it is compared.</summary>
internal sealed class DayBooks
{
    private Dictionary<string, OrderKey>? _old;

    /// <summary>The day's orders, as they stood before the other sides were asked: what moves meanwhile is under way, and never wrong.</summary>
    public required ImmutableDictionary<OrderKey, DayOrder> Orders { get; init; }

    /// <summary>Keys that came, and that nobody could read as an order.</summary>
    public required ImmutableDictionary<string, DeadLetter> Unread { get; init; }

    public SideBook? Sales { get; init; }

    public SideBook? Labels { get; init; }

    /// <summary>By channel.</summary>
    public required ImmutableDictionary<string, SideBook> Marketplaces { get; init; }

    /// <summary>The order that a reference names, the old export's among them; null: none of the hub's.</summary>
    public OrderKey? KeyOf(string reference) =>
        (_old ??= Orders.Values.Where(order => order.State.OldReference is not null).DistinctBy(order => order.State.OldReference)
            .ToDictionary(order => order.State.OldReference!, order => order.Key)).TryGetValue(reference, out var key) ? key : ReadBooks.KeyOf(reference);

    /// <summary>The sides that there are, by what they are called.</summary>
    public IEnumerable<(string Name, SideBook Book)> Sides =>
        new[] { ("erp", Sales), ("carrier", Labels) }.Concat(Marketplaces.Values.Select(book => ("marketplace", (SideBook?)book)))
            .Where(side => side.Item2 is not null).Select(side => (side.Item1, side.Item2!));
}

/// <summary>An order as the hub knows it: what was received from the shop, and what a difference may point to.</summary>
/// <param name="Letter">Its dead letter that waits for a person, if it has one.</param>
internal sealed record DayOrder(OrderState State, ProcessView View, DeadLetter? Letter)
{
    public OrderKey Key => State.Order.Key;
}

/// <summary>What one side holds.</summary>
/// <param name="Name">The connector's.</param>
/// <param name="Entries">The day's, and those of the day's orders whenever they were made; each once.</param>
/// <param name="Unasked">Orders that it could not be asked for, and why; their absence says nothing.</param>
internal sealed record SideBook(string Name, ImmutableArray<BookEntry> Entries, ImmutableDictionary<OrderKey, string> Unasked)
{
    /// <summary>By order: of a parcel's reference, the order that it belongs to.</summary>
    public ILookup<string, BookEntry> ByReference { get; } = Entries.ToLookup(entry => entry.Reference, StringComparer.Ordinal);

    /// <summary>Why the side as a whole could not be asked; then it has no entries.</summary>
    public string? Silent { get; init; }

    /// <summary>Since when its orders may be still to be fetched; a marketplace's.</summary>
    public DateTimeOffset? FetchedUntil { get; init; }
}
