using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Http;
using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace Hub.Connectors.Tests.Acme;

/// <summary>A made-up ERP, to hold the suite itself against.</summary>
internal static class AcmeConnector
{
    public static IServiceCollection AddAcme(this IServiceCollection services, ConnectorOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IOrderBooking, BookAcmeSale>()
        .AddConnectorClient<IAcmeApi>(options);
}

internal interface IAcmeApi
{
    [Post("/sales")]
    Task<AcmeSale> PostAsync([Body] AcmeSale sale, CancellationToken cancellationToken);

    [Get("/sales")]
    Task<ImmutableArray<AcmeSale>> GetAsync(string reference, CancellationToken cancellationToken);

    [Delete("/sales/{number}")]
    Task DeleteAsync(string number, CancellationToken cancellationToken);
}

internal sealed record AcmeSale(string? Number, string Reference, string Buyer, decimal Total);

internal sealed class BookAcmeSale(IAcmeApi api, VendorCalls calls, ConnectorOptions options) : IOrderBooking
{
    public TimeSpan Window => options.Window;

    public Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => SaleNumber.Parse((await api.PostAsync(
            new AcmeSale(null, order.Key.ToString(), order.Buyer.Name, order.Total.Amount), cancel)).Number!),
        cancellationToken);

    public Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await api.GetAsync(key.ToString(), cancel)) is [var sale, ..] ? SaleNumber.Parse(sale.Number!) : (SaleNumber?)null, cancellationToken);

    public Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await api.DeleteAsync(sale.Text, cancel);
            return sale;
        },
        cancellationToken);
}
