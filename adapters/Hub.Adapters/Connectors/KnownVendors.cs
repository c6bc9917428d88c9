using System.Collections.Immutable;
using Hub.Adapters.Connectors.Loading;
using Hub.Connectors;
using Hub.Connectors.Amazon;
using Hub.Connectors.BusinessCentral;
using Hub.Connectors.HubSpot;
using Hub.Connectors.ShipEngine;
using Hub.Connectors.Shopify;
using Hub.Connectors.Town;
using Hub.Connectors.Tryton;
using Hub.Connectors.Ups;
using Hub.Connectors.Xero;

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
        .. XeroVendors.All,
    ];

    /// <summary>These, and other people's from a folder on this machine.</summary>
    /// <param name="folder">See <see cref="ConnectorFolder"/>.</param>
    /// <exception cref="ConnectorFolderException">One of them can't be loaded, or has the name of another.</exception>
    public static ImmutableArray<ConnectorVendor> With(string folder)
    {
        var named = All.ToDictionary(vendor => vendor.Name, _ => "the hub's own", StringComparer.OrdinalIgnoreCase);
        var vendors = All.ToBuilder();
        foreach (var (name, vendor) in ConnectorFolder.Load(folder))
        {
            if (!named.TryAdd(vendor.Name, name))
            {
                throw new ConnectorFolderException(
                    $"{name} has a connector '{vendor.Name}', and so has {named[vendor.Name]}: which one a config means could not be told. "
                    + "To do: take one of them away, or rename its vendor.");
            }

            vendors.Add(vendor);
        }

        return vendors.ToImmutable();
    }
}
