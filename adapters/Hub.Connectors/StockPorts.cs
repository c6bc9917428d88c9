using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Connectors;

/// <summary>Says how much there is: the one owner of stock, an ERP or a warehouse.</summary>
public interface IStockSource
{
    /// <summary>
    /// What can be sold of each article that changed at or after <paramref name="since"/>, absolute, by the source's clock; the same one may come again.
    /// </summary>
    /// <param name="page">The page to read, from <see cref="StockPage.Next"/>; null for the first.</param>
    Task<CallOutcome<StockPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken);
}

/// <summary>A page of stock levels.</summary>
/// <param name="Latest">The latest time of change among them, by the source's clock: the next poll's cursor.</param>
/// <param name="Next">The page after it, or null where this is the last.</param>
public sealed record StockPage(ImmutableArray<StockLevel> Levels, DateTimeOffset? Latest, string? Next);

/// <summary>Is told how much there is: a channel. Levels are absolute, so telling it twice does no harm, and only the last of an article counts.</summary>
public interface IStockSink
{
    /// <summary>
    /// It keeps each location apart and is told each by the source's id, of which its cross reference <c>locations</c> makes the vendor's; a batch has an
    /// article once. False: it is told all locations together.
    /// </summary>
    bool ByLocation => false;

    /// <summary>How many articles go into one call.</summary>
    int BatchSize => 1;

    /// <summary>How many calls a second the vendor takes.</summary>
    double CallsPerSecond => 2;

    /// <returns>One entry for each level that was not taken: why.</returns>
    Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<StockLevel> levels, CancellationToken cancellationToken);
}

/// <summary>Is told what an article costs: a channel. Prices are absolute.</summary>
public interface IPriceSink
{
    /// <summary>How many articles go into one call.</summary>
    int BatchSize => 1;

    /// <summary>How many calls a second the vendor takes.</summary>
    double CallsPerSecond => 2;

    /// <returns>One entry for each price that was not taken: why.</returns>
    Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<ArticlePrice> prices, CancellationToken cancellationToken);
}

/// <summary>An article of a batch that the vendor did not take.</summary>
/// <param name="Again">True where the same may be taken later (a limit); false: a person has to look.</param>
public sealed record NotTaken(Sku Sku, string Reason, bool Again = false);
