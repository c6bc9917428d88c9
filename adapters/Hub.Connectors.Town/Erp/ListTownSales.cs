using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Erp;

/// <summary>The ERP's own books: each sale, by its reference.</summary>
internal sealed class ListTownSales(ITownErpApi erp, VendorCalls calls) : ISaleBook
{
    public Task<CallOutcome<BookPage>> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => new BookPage([.. (await erp.ListSalesAsync(from, until, cancel)).Select(FromTown)], null), cancellationToken);

    public Task<CallOutcome<ImmutableArray<BookEntry>>> FindAsync(string reference, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await erp.GetSalesAsync(reference, cancel)).Select(FromTown).ToImmutableArray(), cancellationToken);

    private static BookEntry FromTown(TownSale sale) =>
        new(sale.Reference, sale.Number, sale.BookedAt, new Money(sale.Total, sale.Currency)) { Void = sale.Cancelled };
}
