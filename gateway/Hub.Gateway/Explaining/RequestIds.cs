using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Hub.Placement;

namespace Hub.Gateway.Explaining;

/// <summary>What a request id says.</summary>
internal sealed record RequestFacts(
    string Plane, string Route, string? Group, Side Side, PlacementReason Reason, RevisionId Revision, DateTimeOffset At);

/// <summary>
/// Request ids (SAFETY.md 15): opaque to clients, sealed with AES-GCM under the planes' common key, and holding all that is
/// to be explained, so that any id can be, for ever, with no store.
/// </summary>
/// <remarks>
/// Nonce = 8 random bytes that each thread of a plane draws for itself and 4 bytes that count; when the count is used up, 8
/// new ones are drawn. So nonces are unique within a thread, and between threads and planes with the odds of 64 random bits.
/// </remarks>
internal sealed class RequestIds(GatewayState state, GatewayOptions options)
{
    public const string Header = "Hub-Request-Id";

    private const byte Version = 1;
    private const int NonceLength = 12, TagLength = 16, NameLength = 80;
    private const int MostBytes = NonceLength + TagLength + 3 + 4 + 8 + 8 + (3 * (1 + NameLength));

    private readonly byte[] _plane = Name(options.Name);

    // AesGcm is not for two threads at once; making one costs more than a request should pay.
    [ThreadStatic]
    private static (byte[] Key, AesGcm Cipher)? _cipher;

    [ThreadStatic]
    private static (long Prefix, uint Count)? _nonce;

    public string Seal(Exchange exchange)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        Span<byte> plain = stackalloc byte[MostBytes];
        var revision = exchange.Model.Revision.Id;
        plain[0] = Version;
        plain[1] = (byte)exchange.Placement.Side;
        plain[2] = (byte)exchange.Placement.Reason;
        BinaryPrimitives.WriteUInt32LittleEndian(plain[3..], uint.TryParse(revision.Epoch, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch) ? epoch : 0);
        BinaryPrimitives.WriteInt64LittleEndian(plain[7..], revision.Number);
        BinaryPrimitives.WriteInt64LittleEndian(plain[15..], exchange.Milliseconds);
        var length = 23;
        length += Put(plain[length..], _plane);
        length += PutText(plain[length..], exchange.RouteId);
        length += PutText(plain[length..], exchange.Route?.Group ?? "");
        WriteNonce(bytes);
        Cipher(exchange.Model.Revision.Keys.RequestId).Encrypt(
            bytes[..NonceLength], plain[..length], bytes.Slice(NonceLength, length), bytes.Slice(NonceLength + length, TagLength));
        return Base64Url.EncodeToString(bytes[..(NonceLength + length + TagLength)]);
    }

    /// <summary>What the id says; null where it was not sealed under our key.</summary>
    public RequestFacts? Open(string id)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        Span<byte> plain = stackalloc byte[MostBytes];
        if (state.Model is not { } model || id.Length > Base64Url.GetEncodedLength(MostBytes)
            || Base64Url.DecodeFromChars(id, bytes, out _, out var written) != System.Buffers.OperationStatus.Done
            || written < NonceLength + TagLength + 26)
        {
            return null;
        }

        var length = written - NonceLength - TagLength;
        try
        {
            Cipher(model.Revision.Keys.RequestId).Decrypt(
                bytes[..NonceLength], bytes.Slice(NonceLength, length), bytes.Slice(NonceLength + length, TagLength), plain[..length]);
        }
        catch (AuthenticationTagMismatchException)
        {
            // Not ours, or of a hub with another key.
            return null;
        }

        var at = 23;
        var plane = Take(plain, ref at);
        var route = Take(plain, ref at);
        var group = Take(plain, ref at);
        return plain[0] != Version ? null : new RequestFacts(
            plane, route, group.Length == 0 ? null : group, (Side)plain[1], (PlacementReason)plain[2],
            new RevisionId(
                BinaryPrimitives.ReadUInt32LittleEndian(plain[3..]).ToString("x8", CultureInfo.InvariantCulture),
                BinaryPrimitives.ReadInt64LittleEndian(plain[7..])),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(plain[15..])));
    }

    private static void WriteNonce(Span<byte> bytes)
    {
        // Each thread counts for itself: no two of them share a prefix.
        var (prefix, count) = _nonce is { Count: < uint.MaxValue } known
            ? known
            : (BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(8)), 0u);
        _nonce = (prefix, count + 1);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, prefix);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], count);
    }

    private static AesGcm Cipher(byte[] key)
    {
        if (_cipher is { } known && ReferenceEquals(known.Key, key))
        {
            return known.Cipher;
        }

        _cipher?.Cipher.Dispose();
        var cipher = new AesGcm(key, TagLength);
        _cipher = (key, cipher);
        return cipher;
    }

    private static byte[] Name(string text)
    {
        var bytes = new byte[NameLength];
        Encoding.UTF8.GetEncoder().Convert(text, bytes, flush: true, out _, out var used, out _);
        return bytes[..used];
    }

    private static int Put(Span<byte> target, ReadOnlySpan<byte> name)
    {
        target[0] = (byte)name.Length;
        name.CopyTo(target[1..]);
        return 1 + name.Length;
    }

    private static int PutText(Span<byte> target, string text)
    {
        // A name that is too long is cut: the first 80 bytes tell routes apart well enough for a person.
        if (!Encoding.UTF8.TryGetBytes(text, target[1..(1 + NameLength)], out var length))
        {
            return Put(target, Name(text));
        }

        target[0] = (byte)length;
        return 1 + length;
    }

    private static string Take(ReadOnlySpan<byte> plain, ref int at)
    {
        var length = plain[at];
        var text = Encoding.UTF8.GetString(plain.Slice(at + 1, length));
        at += 1 + length;
        return text;
    }
}
