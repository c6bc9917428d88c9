using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tryton;

/// <summary>The connector to Tryton, as a config names it.</summary>
public static class TrytonVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
    [
        ConnectorVendor.Of<TrytonOptions>("tryton", "erp", (services, options) => services.AddTryton(options)),
    ];
}
