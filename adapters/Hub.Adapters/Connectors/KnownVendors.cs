using System.Collections.Immutable;
using Hub.Connectors;
using Hub.Connectors.Town;
using Hub.Connectors.Tryton;

namespace Hub.Adapters.Connectors;

/// <summary>The kinds of connectors that this build has: a connector's project is entered here, one line each.</summary>
public static class KnownVendors
{
    public static ImmutableArray<ConnectorVendor> All { get; } =
    [
        .. TownVendors.All,
        .. TrytonVendors.All,
    ];
}
