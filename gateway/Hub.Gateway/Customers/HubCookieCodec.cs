using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Hub.Gateway.Journeys;
using Hub.Gateway.Marks;
using Hub.Placement;

namespace Hub.Gateway.Customers;

/// <summary>
/// The cookie's bytes: version, key, account, times, pins, forms, claims, marks where there are any, and HMAC-SHA256 cut to 16 bytes over all of it;
/// base64url. What was not signed by us, or is of another version, is no cookie: nothing in it can throw.
/// </summary>
internal static class HubCookieCodec
{
    private const byte Version = 1;
    private const int MacLength = 16;
    private const int MostBytes = 1024;

    [ThreadStatic]
    private static (byte[] Key, IncrementalHash Hash)? _signer;

    public static HubCookie? Read(ReadOnlySpan<char> text, byte[] signingKey)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        if (text.IsEmpty || text.Length > Base64Url.GetEncodedLength(MostBytes)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length <= MacLength)
        {
            return null;
        }

        var body = bytes[..(length - MacLength)];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(signingKey, body, mac);
        return CryptographicOperations.FixedTimeEquals(mac[..MacLength], bytes[body.Length..length]) && body[0] == Version
            ? ReadBody(body[1..])
            : null;
    }

    public static string Write(HubCookie cookie, byte[] signingKey)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        bytes[0] = Version;
        var writer = new Writer(bytes[1..]);
        writer.Key(cookie.Key);
        writer.Fixed(cookie.Account);
        writer.Number(cookie.BridgeAfter);
        writer.Number(cookie.ClaimsAt);
        writer.Number(cookie.IssuedAt);
        writer.Pins(cookie.Pins);
        writer.Pins(cookie.Forms);
        writer.Number(cookie.Claims.Length);
        foreach (var (dataset, claim) in cookie.Claims)
        {
            writer.Named(dataset, claim.Side);
            writer.Number(claim.Number);
            writer.Number(claim.Revision);
        }

        // Most customers have none; a cookie from before there were any reads the same.
        if (!cookie.Marks.IsEmpty)
        {
            writer.Number(cookie.Marks.Length);
            foreach (var (dataset, mark) in cookie.Marks)
            {
                writer.Named(dataset, mark.Side);
                writer.Number(mark.At);
            }
        }

        var length = 1 + writer.Length;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(signingKey, bytes[..length], mac);
        mac[..MacLength].CopyTo(bytes[length..]);
        return Base64Url.EncodeToString(bytes[..(length + MacLength)]);
    }

    // Half the cost of HMACSHA256.HashData, on the path of each request; an instance is not for two threads at once.
    private static void Sign(byte[] signingKey, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        if (_signer is not { } signer || !ReferenceEquals(signer.Key, signingKey))
        {
            _signer?.Hash.Dispose();
            _signer = signer = (signingKey, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, signingKey));
        }

        signer.Hash.AppendData(body);
        signer.Hash.GetHashAndReset(mac);
    }

    internal static HubCookie? ReadBody(ReadOnlySpan<byte> body)
    {
        var reader = new Reader(body);
        var key = reader.Key();
        var account = reader.Fixed();
        var (bridgeAfter, claimsAt, issuedAt) = (reader.Number(), reader.Number(), reader.Number());
        var pins = reader.Pins(HubCookie.MostPins);
        var forms = reader.Pins(HubCookie.MostForms);
        var count = reader.Count(HubCookie.MostClaims);
        var claims = ImmutableArray.CreateBuilder<NamedClaim>(count);
        for (var i = 0; i < count; i++)
        {
            var (dataset, side) = reader.Named();
            claims.Add(new NamedClaim(dataset, new Claim(side, reader.Number(), reader.Number())));
        }

        var marks = reader.AtEnd ? [] : ReadMarks(ref reader);
        return reader.Failed || key.IsNone
            ? null
            : HubCookie.Read(key, account, bridgeAfter, claimsAt, issuedAt, pins, forms, claims.DrainToImmutable(), marks);
    }

    private static ImmutableArray<NamedMark> ReadMarks(ref Reader reader)
    {
        var count = reader.Count(HubCookie.MostMarks);
        var marks = ImmutableArray.CreateBuilder<NamedMark>(count);
        for (var i = 0; i < count; i++)
        {
            var (dataset, side) = reader.Named();
            marks.Add(new NamedMark(dataset, new WriteMark(side, reader.Number())));
        }

        return marks.MoveToImmutable();
    }

    private ref struct Writer(Span<byte> bytes)
    {
        private readonly Span<byte> _bytes = bytes;

        public int Length { get; private set; }

        public void Key(CustomerKey key)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(_bytes[Length..], key.Value);
            Length += 16;
        }

        public void Fixed(ulong value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_bytes[Length..], value);
            Length += 8;
        }

        public void Number(long value)
        {
            var rest = (ulong)value;
            for (; rest >= 0x80; rest >>= 7)
            {
                _bytes[Length++] = (byte)(rest | 0x80);
            }

            _bytes[Length++] = (byte)rest;
        }

        public void Named(uint name, Side side)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes[Length..], name);
            _bytes[Length + 4] = (byte)side;
            Length += 5;
        }

        public void Pins(ImmutableArray<NamedPin> pins)
        {
            Number(pins.Length);
            foreach (var (name, pin) in pins)
            {
                Named(name, pin.Side);
                Number(pin.Revision);
                Number(pin.StartedAt);
            }
        }
    }

    /// <summary>Reads signed bytes; bytes that end early or say nonsense make it fail, never throw.</summary>
    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public bool Failed { get; private set; }

        public readonly bool AtEnd => _rest.IsEmpty;

        public CustomerKey Key() =>
            Take(16, out var bytes) ? new CustomerKey(BinaryPrimitives.ReadUInt128LittleEndian(bytes)) : default;

        public ulong Fixed() => Take(8, out var bytes) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

        public long Number()
        {
            var value = 0UL;
            for (var shift = 0; shift < 64 && Take(1, out var bytes); shift += 7)
            {
                value |= (ulong)(bytes[0] & 0x7F) << shift;
                if (bytes[0] < 0x80)
                {
                    return (long)value;
                }
            }

            Failed = true;
            return 0;
        }

        public int Count(int most)
        {
            var count = Number();
            Failed |= count < 0 || count > most;
            return Failed ? 0 : (int)count;
        }

        public (uint Name, Side Side) Named() => Take(5, out var bytes)
            ? (BinaryPrimitives.ReadUInt32LittleEndian(bytes), bytes[4] == 0 ? Side.Legacy : Side.New)
            : default;

        public ImmutableArray<NamedPin> Pins(int most)
        {
            var count = Count(most);
            if (count == 0)
            {
                return [];
            }

            var pins = ImmutableArray.CreateBuilder<NamedPin>(count);
            for (var i = 0; i < count; i++)
            {
                var (name, side) = Named();
                pins.Add(new NamedPin(name, new Pin(side, Number(), Number())));
            }

            return pins.MoveToImmutable();
        }

        private bool Take(int length, out ReadOnlySpan<byte> bytes)
        {
            Failed |= _rest.Length < length;
            bytes = Failed ? default : _rest[..length];
            _rest = Failed ? default : _rest[length..];
            return !Failed;
        }
    }
}
