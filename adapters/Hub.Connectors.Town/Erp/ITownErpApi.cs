using System.Collections.Immutable;
using Refit;

namespace Hub.Connectors.Town.Erp;

/// <summary>The town's ERP as it speaks.</summary>
internal interface ITownErpApi
{
    [Post("/sales")]
    Task<NewTownSaleAnswer> PostSaleAsync([Body] NewTownSale sale, CancellationToken cancellationToken);

    [Post("/sales/{number}/cancel")]
    Task CancelSaleAsync(string number, CancellationToken cancellationToken);

    [Get("/sales")]
    Task<ImmutableArray<TownSale>> GetSalesAsync(string reference, CancellationToken cancellationToken);

    [Get("/sales")]
    Task<ImmutableArray<TownSale>> ListSalesAsync(
        [Query(Format = "O")] DateTimeOffset from, [Query(Format = "O")] DateTimeOffset until, CancellationToken cancellationToken);

    [Get("/stock")]
    Task<TownStockPage> GetStockAsync(string since, string? after, CancellationToken cancellationToken);
}

internal sealed record NewTownSale(string Reference, string Customer, ImmutableArray<TownSaleLine> Lines, decimal Total, string Currency);

internal sealed record TownSaleLine(string Sku, int Quantity, decimal UnitPrice);

internal sealed record NewTownSaleAnswer(string Sale);

internal sealed record TownSale(string Number, string Reference, decimal Total, string Currency, bool Cancelled, DateTimeOffset BookedAt);

/// <param name="Next">After which article the next page begins; null: this is the last.</param>
internal sealed record TownStockPage(ImmutableArray<TownLevel> Levels, string? Next);

internal sealed record TownLevel(string Sku, int Available, DateTimeOffset ChangedAt);
