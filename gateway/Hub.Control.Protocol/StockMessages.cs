using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>Somebody reserves or ships, and the owner of the stock does not know it yet: <c>POST /api/stock/deltas</c>.</summary>
/// <param name="Id">Which change it is: the same one again counts once.</param>
/// <param name="Location">The owner's id of the location; null: not known.</param>
/// <param name="Change">Pieces; less than nothing where they go.</param>
/// <param name="Booked">The owner has it: the change counts until a level that was read after this. False: until the same id comes with true.</param>
public sealed record TakeStockDelta(string Id, string Sku, int Change, string? Location = null, string? Reason = null, bool Booked = false);

/// <summary>What an article costs from now on: <c>POST /api/prices</c>.</summary>
/// <param name="Currency">ISO 4217, three capital letters.</param>
/// <param name="Channel">The connector that is told; null: all that take prices and have none of their own for the article.</param>
public sealed record TakePrice(string Sku, decimal Price, string Currency, string? Channel = null);

/// <summary>Tells channels everything once more: <c>POST /api/stock/tell</c>.</summary>
/// <param name="Channel">The connector; null: all.</param>
public sealed record TellStock(string? Channel = null);

/// <summary>How many values are told once more.</summary>
public sealed record StockTold(int Values);

/// <summary>An article's stock: <c>GET /api/stock/{sku}</c>.</summary>
/// <param name="Levels">The owner's own numbers.</param>
/// <param name="Open">What they don't include yet.</param>
public sealed record StockDetail(
    string Sku, ImmutableArray<StockLevelView> Levels, ImmutableArray<StockDeltaView> Open, ImmutableArray<ChannelValueView> Channels);

/// <summary>The owner's own number of an article.</summary>
/// <param name="Location">The owner's id of the location; null: all together.</param>
public sealed record StockLevelView(string? Location, long Available, DateTimeOffset ChangedAt);

/// <summary>What the owner's number does not include yet.</summary>
/// <param name="State"><c>held</c>, or <c>until the owner tells</c>.</param>
public sealed record StockDeltaView(string Id, string? Location, long Change, string Reason, string State, DateTimeOffset At);

/// <summary>What a channel is to hold of an article and what it was told.</summary>
/// <param name="Kind"><c>stock</c> or <c>price</c>.</param>
/// <param name="Sent">Null where it is not known what the channel holds.</param>
/// <param name="State"><c>told</c>, <c>told, and once more</c>, <c>waits</c>, <c>fails</c>, <c>refused</c>.</param>
public sealed record ChannelValueView(
    string Channel, string Kind, string Sku, string? Location, string Wanted, string? Sent, string State, string? Reason,
    DateTimeOffset ChangedAt, DateTimeOffset? SentAt);
