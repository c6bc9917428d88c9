using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.HubSpot;

/// <summary>The connector to HubSpot, as a config names it.</summary>
public static class HubSpotVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
        [ConnectorVendor.Of<HubSpotOptions>("hubspot", "crm", (services, options) => services.AddHubSpot(options))];
}
