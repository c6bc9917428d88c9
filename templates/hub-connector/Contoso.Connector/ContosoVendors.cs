using System.Collections.Immutable;
using Hub.Connectors;
using Microsoft.Extensions.DependencyInjection;

namespace Contoso.Connector;

/// <summary>What the hub finds when it loads this assembly: each kind of connector, by the name that a config gives it.</summary>
public static class ContosoVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
        [ConnectorVendor.Of<ContosoOptions>("vendor-of-the-config", "erp", (services, options) => services.AddContoso(options))];
}
