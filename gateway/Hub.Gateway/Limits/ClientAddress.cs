using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hub.Gateway.Limits;

/// <summary>Which addresses are one client: an IPv4 address, or a /64 of IPv6, all of which one customer has.</summary>
internal static class ClientAddress
{
    /// <returns>Null where the connection has no address (a unix socket).</returns>
    public static UInt128? Of(IPAddress? address)
    {
        if (address is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return V4(bytes);
        }

        return address.IsIPv4MappedToIPv6 ? V4(bytes[12..]) : new UInt128(BinaryPrimitives.ReadUInt64BigEndian(bytes), 0);
    }

    // No /64 has anything in the lower half.
    private static UInt128 V4(ReadOnlySpan<byte> bytes) => new(0, 1UL << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes));
}
