using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Connectors;

/// <summary>Gives orders that were placed elsewhere: a marketplace.</summary>
public interface IOrderSource
{
    /// <summary>The channel of the orders it gives.</summary>
    string Channel { get; }

    /// <summary>How often it is asked at most, by the vendor's own limits; a poll reads all pages.</summary>
    TimeSpan PollEvery => TimeSpan.Zero;

    /// <summary>How long after an order's end the vendor lets a seller keep its buyer's data; null: it sets no limit. The config may say otherwise.</summary>
    TimeSpan? Retention => null;

    /// <summary>
    /// Orders placed or changed at or after <paramref name="since"/>, by the source's clock, the oldest first. It may give the same order twice and
    /// in any page; the receiver dedupes by key.
    /// </summary>
    /// <param name="page">The page to read, from <see cref="OrderPage.Next"/>; null for the first.</param>
    Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken);
}

/// <summary>A page of orders.</summary>
/// <param name="Next">The page after it, or null where this is the last.</param>
public sealed record OrderPage(ImmutableArray<Order> Orders, string? Next)
{
    /// <summary>Orders of the page that the buyer or the channel cancelled.</summary>
    public ImmutableArray<OrderKey> Cancelled { get; init; } = [];

    /// <summary>The latest time of change among the page's entries, by the source's clock: the next poll's cursor. Null: the latest <see cref="Order.PlacedAt"/>.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>What stood among the orders and is none that can be read: it must not hold up the others.</summary>
    public ImmutableArray<UnreadableOrder> Unreadable { get; init; } = [];
}

/// <summary>An order that can't be read.</summary>
/// <param name="Key">Its key; where it has no id that makes one, <c>channel/unreadable-…</c> by what it says.</param>
/// <param name="Body">As it came.</param>
public sealed record UnreadableOrder(OrderKey Key, string Body, string Reason);

/// <summary>Enters orders into the shop that holds them: its order API. The same key twice is one order there.</summary>
public interface IOrderEntry
{
    /// <returns>The shop's number of the order.</returns>
    Task<CallOutcome<string>> EnterAsync(Order order, CancellationToken cancellationToken);
}

/// <summary>Books orders: an ERP.</summary>
public interface IOrderBooking
{
    /// <summary>How long after a call without answer the vendor may still carry it out.</summary>
    TimeSpan Window { get; }

    /// <summary>Books the order with its key as our reference. Called again only after <see cref="FindAsync"/> found nothing.</summary>
    Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken);

    /// <summary>The sale that has this reference, or null.</summary>
    Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels the sale; one that is cancelled already is <see cref="CallOutcome{T}.Done"/>. An ERP that can't any more (shipped, invoiced), or has no
    /// such call, refuses with what a person has to do there.
    /// </summary>
    Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken);
}

/// <summary>Tells a channel that an order is on its way: a marketplace. Telling it twice does no harm.</summary>
public interface IOrderConfirmation
{
    /// <summary>The channel whose orders it confirms.</summary>
    string Channel { get; }

    /// <param name="shipment">One parcel; its <see cref="Shipment.Lines"/> say what is in it where that is not the whole order.</param>
    Task<CallOutcome<OrderKey>> ConfirmAsync(Order order, Shipment shipment, CancellationToken cancellationToken);
}
