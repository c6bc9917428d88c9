using System.Collections.Immutable;
using Hub.Connectors;
using Hub.Connectors.Amazon;
using Hub.Connectors.BusinessCentral;
using Hub.Connectors.HubSpot;
using Hub.Connectors.ShipEngine;
using Hub.Connectors.Shopify;
using Hub.Connectors.Town;
using Hub.Connectors.Tryton;
using Hub.Connectors.Ups;

namespace Hub.Adapters.Connectors;

/// <summary>The kinds of connectors that this build has: a connector's project is entered here, one line each.</summary>
public static class KnownVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
    [
        .. AmazonVendors.All,
        .. BusinessCentralVendors.All,
        .. HubSpotVendors.All,
        .. ShipEngineVendors.All,
        .. ShopifyVendors.All,
        .. TownVendors.All,
        .. TrytonVendors.All,
        .. UpsVendors.All,
    ];
}
