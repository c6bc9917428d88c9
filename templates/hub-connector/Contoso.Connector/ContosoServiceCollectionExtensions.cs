using Contoso.Connector;
using Contoso.Connector.Sales;
using Hub.Connectors;
using Hub.Connectors.Limits;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to Contoso.</summary>
public static class ContosoServiceCollectionExtensions
{
    /// <summary>Books orders at Contoso.</summary>
    public static IServiceCollection AddContoso(this IServiceCollection services, ContosoOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IOrderBooking, BookContosoSale>()
        .AddConnectorClient<IContosoApi>(
            options, limits: [new VendorLimit("Contoso") { PerSecond = options.CallsPerSecond, Burst = options.CallsPerSecond }]);
}
