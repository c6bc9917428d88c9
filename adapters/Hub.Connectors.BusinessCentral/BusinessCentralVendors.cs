using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.BusinessCentral;

/// <summary>The connector to Business Central, as a config names it.</summary>
public static class BusinessCentralVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
    [
        ConnectorVendor.Of<BusinessCentralOptions>("business-central", "erp", (services, options) => services.AddBusinessCentral(options)),
    ];
}
