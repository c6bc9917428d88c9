using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.Tryton;
using Hub.Connectors.Tryton.Sales;
using Hub.Connectors.Tryton.Shipments;
using Hub.Connectors.Tryton.Stock;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to Tryton.</summary>
public static class TrytonServiceCollectionExtensions
{
    /// <summary>Books orders, tells stock and shipments.</summary>
    public static IServiceCollection AddTryton(this IServiceCollection services, TrytonOptions options) => services
        .AddSingleton(options)
        .AddSingleton<TrytonCalls>()
        .AddSingleton<IOrderBooking, BookTrytonSale>()
        .AddSingleton<ISaleBook, ListTrytonSales>()
        .AddSingleton<IStockSource, FetchTrytonStock>()
        .AddSingleton<IShipmentSource, FetchTrytonShipments>()
        .AddTokenSource<TrytonSession>()
        .AddConnectorClient<ITrytonApi>(options, new TokenHeader("Authorization", "Session "));
}
