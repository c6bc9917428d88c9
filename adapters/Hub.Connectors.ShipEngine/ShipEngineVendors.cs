using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.ShipEngine;

/// <summary>The connector to ShipEngine, as a config names it.</summary>
public static class ShipEngineVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
        [ConnectorVendor.Of<ShipEngineOptions>("shipengine", "carrier", (services, options) => services.AddShipEngine(options))];
}
