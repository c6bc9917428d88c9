using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Erp;

/// <summary>
/// An order becomes a sale. The ERP has no idempotency: the same reference twice is two sales, so whoever did not get an
/// answer looks up by reference first.
/// </summary>
internal sealed class BookTownSale(ITownErpApi erp, VendorCalls calls, TownErpOptions options) : IOrderBooking
{
    public TimeSpan Window => options.Window;

    public Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => SaleNumber.Parse((await erp.PostSaleAsync(ToSale(order), cancel)).Sale), cancellationToken);

    public Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await erp.GetSalesAsync(key.ToString(), cancel)) is [var sale, ..] ? SaleNumber.Parse(sale.Number) : (SaleNumber?)null,
        cancellationToken);

    public Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await erp.CancelSaleAsync(sale.Text, cancel);
            return sale;
        },
        cancellationToken);

    private static NewTownSale ToSale(Order order) => new(
        order.Key.ToString(),
        order.Buyer.Email,
        [.. order.Lines.Select(line => new TownSaleLine(line.Sku.Text, line.Quantity, line.UnitPrice.Amount))],
        order.Total.Amount,
        order.Total.Currency);
}
