using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Amazon;

/// <summary>The connector to Amazon's marketplaces, as a config names it.</summary>
public static class AmazonVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
        [ConnectorVendor.Of<AmazonOptions>("amazon", "marketplace", (services, options) => services.AddAmazon(options))];
}
