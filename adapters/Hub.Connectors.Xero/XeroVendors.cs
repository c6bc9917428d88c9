using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero;

/// <summary>The connector to Xero, as a config names it.</summary>
public static class XeroVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
    [
        ConnectorVendor.Of<XeroOptions>("xero", "erp", (services, options) => services.AddXero(options)),
    ];
}
