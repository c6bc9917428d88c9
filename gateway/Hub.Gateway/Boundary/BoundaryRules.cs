using System.Collections.Frozen;
using System.Net;
using Hub.Placement.Config;

namespace Hub.Gateway.Boundary;

/// <summary>The section <c>Hub.Boundary</c>, read for use at each request.</summary>
internal sealed class BoundaryRules(BoundaryConfig config)
{
    private readonly IPNetwork[] _proxies = [.. config.TrustedProxies.Select(BoundaryConfig.Network).OfType<IPNetwork>()];
    private readonly FrozenSet<string>? _hosts = config.Hosts.Count == 0 ? null : config.Hosts.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The default, until a document says otherwise.</summary>
    public static BoundaryRules Default { get; } = new(new BoundaryConfig());

    public long? MaxBody { get; } = config.MaxBody;

    public int MaxHeaders { get; } = config.MaxHeaders;

    public bool TrustsAny => _proxies.Length > 0;

    public bool Trusts(IPAddress? address)
    {
        if (_proxies.Length == 0 || address is null)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var proxy in _proxies)
        {
            if (proxy.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="host">Without its port.</param>
    public bool Serves(string host) => _hosts is null || _hosts.Contains(host);
}
