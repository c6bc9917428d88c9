using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hub.Gateway.Boundary;

/// <summary>
/// Values of headers pass as bytes, both ways: read and written as Latin-1. By default Kestrel refuses what is no UTF-8 (cookies
/// and referers of old shops), and what is UTF-8 can't be sent on (redirects of shops that write it raw).
/// </summary>
internal static class HeaderEncodings
{
    public static void Use(KestrelServerOptions kestrel)
    {
        kestrel.RequestHeaderEncodingSelector = static name => name.Length switch
        {
            10 when name.Equals("Connection", StringComparison.OrdinalIgnoreCase) => ConnectionEncoding.One,
            // Kestrel reads at most 20 digits through an encoding, and drops the connection at more.
            14 when name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) => null,
            _ => Encoding.Latin1,
        };
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
    }

    /// <summary>A cluster's own <c>RequestHeaderEncoding</c> is heard.</summary>
    public static void Use(SocketsHttpHandler handler)
    {
        handler.RequestHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
    }
}
