using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Ups;

/// <summary>The connector to UPS, as a config names it.</summary>
public static class UpsVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
        [ConnectorVendor.Of<UpsOptions>("ups", "carrier", (services, options) => services.AddUps(options))];
}
