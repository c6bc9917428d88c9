using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Town;

/// <summary>The connectors to the town's systems, as a config names them.</summary>
public static class TownVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
    [
        ConnectorVendor.Of<TownErpOptions>("town-erp", "erp", (services, options) => services.AddTownErp(options)),
        ConnectorVendor.Of<TownCrmOptions>("town-crm", "crm", (services, options) => services.AddTownCrm(options)),
        ConnectorVendor.Of<TownCarrierOptions>("town-carrier", "carrier", (services, options) => services.AddTownCarrier(options)),
        ConnectorVendor.Of<TownMarketplaceOptions>(
            "town-marketplace", "marketplace", (services, options) => services.AddTownMarketplace(options)),
        ConnectorVendor.Of<TownShopOptions>("town-shop", "shop", (services, options) => services.AddTownShop(options)),
    ];
}
