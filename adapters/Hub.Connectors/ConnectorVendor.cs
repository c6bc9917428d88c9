using Hub.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors;

/// <summary>A kind of connector that a config may name, and how it is made. A connector's project gives its own.</summary>
public sealed class ConnectorVendor
{
    private ConnectorVendor(
        string name,
        string capability,
        Func<ConfigNode, List<ConfigProblem>, ConnectorOptions> bind,
        Action<IServiceCollection, ConnectorOptions> add) => (Name, Capability, Bind, Add) = (name, capability, bind, add);

    /// <summary>The value of <c>Vendor</c> in the config.</summary>
    public string Name { get; }

    /// <summary>What it does for the hub: <c>erp</c>, <c>crm</c>, <c>carrier</c>, <c>marketplace</c>, <c>shop</c>.</summary>
    public string Capability { get; }

    /// <summary>Reads its options and tells everything that is wrong with them.</summary>
    public Func<ConfigNode, List<ConfigProblem>, ConnectorOptions> Bind { get; }

    /// <summary>Adds its ports and its client to the connector's own services.</summary>
    public Action<IServiceCollection, ConnectorOptions> Add { get; }

    public static ConnectorVendor Of<TOptions>(string name, string capability, Action<IServiceCollection, TOptions> add)
        where TOptions : ConnectorOptions, new() => new(
            name, capability,
            (node, problems) => ConfigBinder.Bind<TOptions>(node, problems),
            (services, options) => add(services, (TOptions)options));
}
