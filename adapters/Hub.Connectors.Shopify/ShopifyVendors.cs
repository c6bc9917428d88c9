using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify;

/// <summary>The connector to Shopify, as a config names it.</summary>
public static class ShopifyVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
        [ConnectorVendor.Of<ShopifyOptions>("shopify", "marketplace", (services, options) => services.AddShopify(options))];
}
