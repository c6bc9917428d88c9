using System.Net;
using System.Net.Sockets;

namespace Hub.Town;

/// <summary>
/// Ports of this machine that nobody listens on, below those that systems lend to outgoing connections (from 32768 on): a
/// port of that kind may be lent away before it is listened on.
/// </summary>
public static class FreePorts
{
    private const int First = 20_000, End = 32_000;

    // One after the other from a random one: what was drawn and is not listened on yet is not drawn again.
    private static int _next = Random.Shared.Next(End - First);

    /// <summary>A free port of loopback.</summary>
    public static int Draw() => Draw(1)[0];

    /// <summary>As many, none twice.</summary>
    public static IReadOnlyList<int> Draw(int count)
    {
        var drawn = new HashSet<int>();
        while (drawn.Count < count)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % (End - First));
            if (IsFree(port))
            {
                drawn.Add(port);
            }
        }

        return [.. drawn];
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
