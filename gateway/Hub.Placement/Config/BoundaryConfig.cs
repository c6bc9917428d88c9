using System.Net;

namespace Hub.Placement.Config;

/// <summary>What the gateway takes from outside, and whose word on the client it believes (docs/boundary.md).</summary>
public sealed class BoundaryConfig
{
    /// <summary>
    /// Addresses and networks (<c>10.0.0.5</c>, <c>10.0.0.0/8</c>) of the balancers and CDNs before the gateway: from them
    /// <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> are believed, from nobody else.
    /// </summary>
    public List<string> TrustedProxies { get; init; } = [];

    /// <summary>Host names that are served, without port; a request for another is answered 421. Empty: any.</summary>
    public List<string> Hosts { get; init; } = [];

    /// <summary>How many bytes a request's body may have; a longer one is answered 413.</summary>
    /// <value>The default is none: how large a body may be is its side's to say.</value>
    public long? MaxBody { get; init; }

    /// <summary>How many bytes a request's headers may have, names and values; more are answered 431.</summary>
    /// <value>The default is 32 KiB. At most <see cref="MostHeaders"/>.</value>
    public int MaxHeaders { get; init; } = 32 * 1024;

    /// <summary>What the listener reads of headers before anything can be said about them.</summary>
    public const int MostHeaders = 128 * 1024;

    /// <summary>A network in words; null where the words are none.</summary>
    public static IPNetwork? Network(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(text, out var network) ? network : null;
    }
}
