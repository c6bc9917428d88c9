using Hub.Commerce;
using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Contoso.Connector.Sales;

/// <summary>Books orders at Contoso. The order's key is our reference there, by which a sale is found whose booking had no answer.</summary>
internal sealed class BookContosoSale(IContosoApi api, VendorCalls calls, ContosoOptions options, CrossReferences references) : IOrderBooking
{
    public TimeSpan Window => options.Window;

    public Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => SaleNumber.Parse((await api.PostSaleAsync(options.Company, ToSale(order), cancel)).Number),
        cancellationToken);

    public Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await api.GetSalesAsync(options.Company, key.ToString(), cancel)).FirstOrDefault(sale => !sale.Cancelled) is { } found
            ? SaleNumber.Parse(found.Number)
            : (SaleNumber?)null,
        cancellationToken);

    public Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await api.CancelSaleAsync(options.Company, sale.Text, cancel);
            return sale;
        },
        cancellationToken);

    // A row that is missing in the table of items parks the order, with the command that adds it.
    private NewContosoSale ToSale(Order order) => new(
        order.Key.ToString(), order.Buyer.Name, order.Buyer.Email, order.Total.Currency, order.Total.Amount,
        [.. order.Lines.Select(line => new ContosoLine(references.Of(CrossReferences.Items, line.Sku.Text), line.Quantity, line.UnitPrice.Amount))]);
}
