using Hub.Commerce;

namespace Hub.Adapters.Stock.Store;

/// <summary>A read of the owner's levels, from its beginning.</summary>
/// <param name="Number">It counts up: what the owner held when a read began is in every level of that read.</param>
/// <param name="Cursor">Up to which time of the owner's clock it was read before; null: never.</param>
/// <param name="Booked">Since when something is booked at the owner that no read has looked for yet; null: nothing is.</param>
internal sealed record StockRead(string Owner, long Number, DateTimeOffset? Cursor, DateTimeOffset? Booked);

/// <summary>What the owner's own number does not include yet.</summary>
/// <param name="Id">Whose it is and which one: the same one again counts once.</param>
/// <param name="Place">The owner's id of the location; empty: not known.</param>
/// <param name="Change">Pieces; less than nothing where they are taken.</param>
internal sealed record StockDelta(string Id, Sku Sku, string Place, int Change, string Reason, DeltaPhase Phase = DeltaPhase.Held);

/// <summary>How long a delta counts. It only goes forward.</summary>
internal enum DeltaPhase
{
    /// <summary>The owner has not heard of it.</summary>
    Held = 0,

    /// <summary>The owner has it; its number shows it from the next read on.</summary>
    Booked = 1,

    /// <summary>The owner's number includes it, or it is undone.</summary>
    Ended = 2,
}

/// <summary>A channel as it is told: a connector and what of it.</summary>
/// <param name="ByPlace">It is told each location, and not all together.</param>
internal sealed record ToldChannel(string Name, string Kind, bool ByPlace = false)
{
    public const string Stock = "stock";

    public const string Price = "price";
}

/// <summary>A value that a channel is to be told.</summary>
/// <param name="Value">Pieces, or a price with its currency.</param>
/// <param name="Attempts">How often it was not taken since it was last.</param>
/// <param name="Unsure">Until when an earlier call without answer may still be carried out.</param>
internal sealed record Telling(Sku Sku, string Place, string Value, int Attempts, DateTimeOffset? Unsure);

/// <summary>What became of it.</summary>
internal sealed record TellingEnd(Telling Telling, TellingOutcome Outcome, string? Reason = null)
{
    /// <summary>When it is told again.</summary>
    public DateTimeOffset Due { get; init; }

    /// <summary>Until when this call may still be carried out; null: it was answered.</summary>
    public DateTimeOffset? Unsure { get; init; }

    /// <summary>The vendor did not like the company it was in, or it: it counts as an attempt.</summary>
    public bool Counts { get; init; }
}

internal enum TellingOutcome
{
    Taken,
    Again,
    Refused,
}

/// <summary>A value as it stands, for people.</summary>
internal sealed record TellingRow(
    string Channel, string Kind, string Sku, string Place, string Wanted, string? Sent, DateTimeOffset? DueAt, bool Refused, string? Reason,
    DateTimeOffset ChangedAt, DateTimeOffset? SentAt);
