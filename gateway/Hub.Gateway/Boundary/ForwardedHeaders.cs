using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Boundary;

/// <summary>
/// Who the client is behind trusted proxies. Where the connection comes from one, its word is taken: address, scheme and
/// host of the request are then the client's, for routing, for the gateway's own use and for the sides.
/// </summary>
internal static class ForwardedHeaders
{
    public const string For = "X-Forwarded-For", Proto = "X-Forwarded-Proto", Host = "X-Forwarded-Host", Prefix = "X-Forwarded-Prefix", RealIp = "X-Real-IP";

    /// <summary>Longer chains are read from the right this far.</summary>
    private const int MostHops = 16;

    /// <summary>
    /// Names that tell a server who the client is or what it asked for; a client's own never pass. Many a server reads
    /// <c>X_Forwarded_For</c> as the same name.
    /// </summary>
    public static bool Is(string name) => (name[0] | 0x20) switch
    {
        'x' => Starts(name, "X-Forwarded") || Same(name, RealIp) || Same(name, "X-Original-URL") || Same(name, "X-Rewrite-URL") || Same(name, "X-Original-Host"),
        'f' => Same(name, "Forwarded"),
        _ => false,
    };

    /// <summary>Takes a trusted proxy's word. The headers are still there; they are removed afterwards.</summary>
    public static void Believe(HttpContext context, BoundaryRules rules)
    {
        var headers = context.Request.Headers;
        var hops = 0;
        if (headers.TryGetValue(For, out var chain))
        {
            var addresses = Values(chain);
            for (var i = addresses.Length - 1; i >= 0 && hops < MostHops; i--)
            {
                if (!TryAddress(addresses[i], out var address))
                {
                    break;
                }

                context.Connection.RemoteIpAddress = address;
                context.Connection.RemotePort = 0;
                hops++;
                if (!rules.Trusts(address))
                {
                    break;
                }
            }
        }
        else if (headers.TryGetValue(RealIp, out var real) && TryAddress(real.ToString(), out var address))
        {
            context.Connection.RemoteIpAddress = address;
            context.Connection.RemotePort = 0;
        }

        // Of a list, the word of the proxy that saw the client; most proxies send one value.
        if (Nth(headers, Proto, hops) is { } scheme && scheme.ToLowerInvariant() is "http" or "https")
        {
            context.Request.Scheme = Nth(headers, Proto, hops)!.ToLowerInvariant();
        }

        if (Nth(headers, Host, hops) is { Length: <= 255 } host && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']' or '_'))
        {
            context.Request.Host = new HostString(host);
        }
    }

    private static string? Nth(IHeaderDictionary headers, string name, int hops)
    {
        if (!headers.TryGetValue(name, out var list) || Values(list) is not { Length: > 0 } values)
        {
            return null;
        }

        return values[Math.Max(0, values.Length - Math.Max(1, hops))];
    }

    private static string[] Values(StringValues list) =>
        list.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // With a port too, as some balancers write it.
    private static bool TryAddress(string text, out IPAddress? address)
    {
        address = IPEndPoint.TryParse(text, out var point) ? point.Address : null;
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        return address is not null;
    }

    private static bool Starts(string name, string known) => name.Length >= known.Length && Same(name.AsSpan(0, known.Length), known);

    private static bool Same(ReadOnlySpan<char> name, string known)
    {
        if (name.Length != known.Length)
        {
            return false;
        }

        for (var i = 0; i < known.Length; i++)
        {
            if ((name[i] == '_' ? '-' : char.ToLowerInvariant(name[i])) != char.ToLowerInvariant(known[i]))
            {
                return false;
            }
        }

        return true;
    }
}
