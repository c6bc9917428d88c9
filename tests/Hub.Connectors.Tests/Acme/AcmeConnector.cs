using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.References;
using Hub.Connectors.Tokens;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tests.Acme;

internal static class AcmeConnector
{
    public static IServiceCollection AddAcme(this IServiceCollection services, ConnectorOptions options, OAuthRequest? oauth = null)
    {
        if (oauth is not null)
        {
            services.AddOAuthTokens(oauth);
        }

        return services
            .AddSingleton(options)
            .AddSingleton<IOrderBooking, BookAcmeSale>()
            .AddSingleton<IOrderSource, FetchAcmeOrders>()
            .AddSingleton<IOrderConfirmation, ConfirmAcmeParcel>()
            .AddSingleton<IStockSink, SetAcmeStock>()
            .AddSingleton<IContactBook, UpsertAcmePerson>()
            .AddSingleton<IWebhook, ReadAcmeWebhook>()
            .AddConnectorClient<IAcmeApi>(options);
    }
}

internal sealed class BookAcmeSale(IAcmeApi api, VendorCalls calls, ConnectorOptions options) : IOrderBooking
{
    public TimeSpan Window => options.Window;

    public Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => SaleNumber.Parse((await api.PostSaleAsync(
            new AcmeSale(null, order.Key.ToString(), order.Buyer.Name, order.Total.Amount, order.Lines.Length), cancel)).Number!),
        cancellationToken);

    public Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await api.GetSalesAsync(key.ToString(), cancel)) is [var sale, ..] ? SaleNumber.Parse(sale.Number!) : (SaleNumber?)null, cancellationToken);

    public Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await api.DeleteSaleAsync(sale.Text, cancel);
            return sale;
        },
        cancellationToken);
}

internal sealed class ConfirmAcmeParcel(IAcmeApi api, VendorCalls calls) : IOrderConfirmation
{
    public string Channel => "acme";

    public Task<CallOutcome<OrderKey>> ConfirmAsync(Order order, Shipment shipment, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await api.PutParcelAsync(order.Key.Id, shipment.Tracking.Text, cancel);
            return order.Key;
        },
        cancellationToken);
}

internal sealed class SetAcmeStock(IAcmeApi api, VendorCalls calls, CrossReferences references) : IStockSink
{
    public int BatchSize => 20;

    public Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<StockLevel> levels, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await api.PutStockAsync(
            levels.ToDictionary(level => references.Of(CrossReferences.Items, level.Sku.Text), level => Math.Max(0, level.Available)), cancel))
            .Select(unknown => new NotTaken(Sku.Parse(references.KeysOf(CrossReferences.Items, unknown)[0]), "There is no such article.")).ToImmutableArray(),
        cancellationToken);
}

internal sealed class UpsertAcmePerson(IAcmeApi api, VendorCalls calls) : IContactBook
{
    public Task<CallOutcome<Contact>> UpsertAsync(Contact contact, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await api.PutPersonAsync(contact.Email, new AcmePerson(contact.Name), cancel);
            return contact;
        },
        cancellationToken);

    public Task<CallOutcome<Contact>> EraseAsync(Contact contact, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await api.DeletePersonAsync(contact.Email, cancel);
            return contact;
        },
        cancellationToken);
}
