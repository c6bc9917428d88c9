using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.Town;
using Hub.Connectors.Town.Carrier;
using Hub.Connectors.Town.Crm;
using Hub.Connectors.Town.Erp;
using Hub.Connectors.Town.Marketplace;
using Hub.Connectors.Town.Shop;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connectors to the town's systems, each to services of its own.</summary>
public static class TownServiceCollectionExtensions
{
    /// <summary>Books orders at the town's ERP, which owns the stock.</summary>
    public static IServiceCollection AddTownErp(this IServiceCollection services, TownErpOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IOrderBooking, BookTownSale>()
        .AddSingleton<ISaleBook, ListTownSales>()
        .AddSingleton<IStockSource, FetchTownStock>()
        .AddConnectorClient<ITownErpApi>(options);

    /// <summary>Keeps the town's CRM informed of who buys.</summary>
    public static IServiceCollection AddTownCrm(this IServiceCollection services, TownCrmOptions options) => services
        .AddSingleton<IContactBook, UpsertTownContact>()
        .AddConnectorClient<ITownCrmApi>(options);

    /// <summary>Ships with the town's carrier.</summary>
    public static IServiceCollection AddTownCarrier(this IServiceCollection services, TownCarrierOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IShipmentBooking, BookTownShipment>()
        .AddSingleton<ILabelBook, ListTownShipments>()
        .AddConnectorClient<ITownCarrierApi>(options);

    /// <summary>Fetches the orders of the town's marketplace, confirms their shipments and tells it stock and prices.</summary>
    public static IServiceCollection AddTownMarketplace(this IServiceCollection services, TownMarketplaceOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IOrderSource, FetchTownOrders>()
        .AddSingleton<IOrderConfirmation, ConfirmTownShipment>()
        .AddSingleton<IMarketBook, ListTownOrders>()
        .AddSingleton<SetTownListings>()
        .AddSingleton<IStockSink>(provider => provider.GetRequiredService<SetTownListings>())
        .AddSingleton<IPriceSink>(provider => provider.GetRequiredService<SetTownListings>())
        .AddConnectorClient<ITownMarketplaceApi>(options);

    /// <summary>Enters orders into the town's shop.</summary>
    public static IServiceCollection AddTownShop(this IServiceCollection services, TownShopOptions options) => services
        .AddSingleton<IOrderEntry, EnterTownOrder>()
        .AddConnectorClient<ITownShopApi>(options, new TokenHeader("X-Partner-Key", ""));
}
