using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.Limits;
using Hub.Connectors.ShipEngine;
using Hub.Connectors.ShipEngine.Labels;
using Hub.Connectors.ShipEngine.Rates;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to ShipEngine.</summary>
public static class ShipEngineServiceCollectionExtensions
{
    /// <summary>Buys, finds and voids labels, and asks for rates.</summary>
    public static IServiceCollection AddShipEngine(this IServiceCollection services, ShipEngineOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IShipmentBooking, BookShipEngineLabel>()
        .AddSingleton<IShippingRates, RateShipEngineParcel>()
        .AddConnectorClient<IShipEngineApi>(
            options, new TokenHeader("API-Key", ""),
            [new VendorLimit("ShipEngine") { PerSecond = options.CallsPerMinute / 60.0, Burst = Math.Max(1, options.CallsPerMinute / 10) }],
            ShipEngineJson.Options);
}
