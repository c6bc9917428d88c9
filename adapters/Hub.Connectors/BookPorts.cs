using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Connectors;

/// <summary>
/// Tells what a vendor's own books hold under references of ours, so that they can be compared with others'. It reads only: no call of it may
/// change anything at the vendor.
/// </summary>
public interface IBook
{
    /// <summary>
    /// Entries made at or after <paramref name="from"/> and before <paramref name="until"/>, by the vendor's clock, what was cancelled or voided among them.
    /// Entries without any reference are left out; whose reference it is, the receiver decides.
    /// </summary>
    /// <param name="page">The page to read, from <see cref="BookPage.Next"/>; null for the first. The same entry may come twice.</param>
    Task<CallOutcome<BookPage>> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancellationToken);

    /// <summary>All entries that have this reference, whenever they were made, what was cancelled or voided among them.</summary>
    Task<CallOutcome<ImmutableArray<BookEntry>>> FindAsync(string reference, CancellationToken cancellationToken);
}

/// <summary>The sales of an ERP, by the order's key.</summary>
public interface ISaleBook : IBook;

/// <summary>The labels of a carrier, by the parcel's reference.</summary>
public interface ILabelBook : IBook;

/// <summary>The orders of a marketplace, by the order's key; made is when it was placed.</summary>
public interface IMarketBook : IBook
{
    /// <summary>The channel of its orders.</summary>
    string Channel { get; }
}

/// <summary>A page of entries.</summary>
/// <param name="Next">The page after it, or null where this is the last.</param>
public sealed record BookPage(ImmutableArray<BookEntry> Entries, string? Next);

/// <summary>What a vendor holds under a reference of ours.</summary>
/// <param name="Reference">As we gave it; a connector that had to escape or shorten it gives it back whole.</param>
/// <param name="Number">What the vendor calls it.</param>
/// <param name="At">When it was made, UTC.</param>
/// <param name="Total">Its sum; null where it has none or does not tell it.</param>
public sealed record BookEntry(string Reference, string Number, DateTimeOffset At, Money? Total = null)
{
    /// <summary>It was cancelled or given back: it counts for nothing.</summary>
    public bool Void { get; init; }

    /// <summary>A marketplace's: was it told of a shipment? Null: it does not say.</summary>
    public bool? Shipped { get; init; }
}
