namespace Hub.Commerce;

/// <summary>How many pieces of an article can be sold, absolute.</summary>
/// <param name="Available">Less than nothing is possible at the source; channels are told 0.</param>
/// <param name="Location">The source's id of the place; null: all places together.</param>
public sealed record StockLevel(Sku Sku, int Available, string? Location = null);

/// <summary>What an article costs now.</summary>
public sealed record ArticlePrice(Sku Sku, Money Price);
