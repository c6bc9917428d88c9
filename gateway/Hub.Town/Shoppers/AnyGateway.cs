using System.Collections.Immutable;
using System.Net.Sockets;

namespace Hub.Town.Shoppers;

/// <summary>A name with several addresses, as clients see the gateways of a shop.</summary>
public static class AnyGateway
{
    /// <summary>Connects to any of them; where one refuses, to the next.</summary>
    /// <exception cref="SocketException">None of them listens.</exception>
    public static async ValueTask<Stream> ConnectAsync(ImmutableArray<Uri> gateways, CancellationToken cancellationToken)
    {
        var first = Random.Shared.Next(gateways.Length);
        for (var i = 0; ; i++)
        {
            var gateway = gateways[(first + i) % gateways.Length];
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(gateway.Host, gateway.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < gateways.Length)
            {
                // A name with several addresses: the next one is tried.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
