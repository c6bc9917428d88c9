using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Hub.Gateway.Boundary;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Limits;

/// <summary>
/// The cookie <c>hub-place</c>: since when a shopper wants into a full shop, signed. Who waits longer comes first among
/// those of the same priority, and stays ahead of newcomers for half an hour; it is worth nothing else.
/// </summary>
internal static class HeldPlace
{
    public const string Name = "hub-place";

    private const int MacBytes = 16;

    private static readonly long Lifetime = (long)TimeSpan.FromMinutes(30).TotalMilliseconds;

    /// <summary>Since when, in milliseconds since 1970; now, where the client has no place. The sides never see the cookie.</summary>
    public static long Take(IHeaderDictionary headers, Exchange exchange)
    {
        if (CookieHeader.Joined(headers.Cookie) is not { } cookies)
        {
            return exchange.Milliseconds;
        }

        var value = CookieHeader.Find(cookies, Name);
        if (value.IsEmpty)
        {
            return exchange.Milliseconds;
        }

        var since = Read(value, exchange.Model.Revision.Keys.Cookie);
        headers.Cookie = CookieHeader.Without(cookies, Name) is { } others ? others : StringValues.Empty;
        return since is { } at && at <= exchange.Milliseconds && exchange.Milliseconds - at < Lifetime ? at : exchange.Milliseconds;
    }

    /// <summary>Gives a place to who has none.</summary>
    public static void Give(HttpContext context, Exchange exchange, long since)
    {
        if (since == exchange.Milliseconds)
        {
            context.Response.Headers.SetCookie = StringValues.Concat(
                context.Response.Headers.SetCookie,
                $"{Name}={Write(since, exchange.Model.Revision.Keys.Cookie)}; Path=/; Max-Age={Lifetime / 1000}; HttpOnly; SameSite=Lax{(context.Request.IsHttps ? "; Secure" : "")}");
        }
    }

    private static string Write(long since, byte[] key)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + MacBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, since);
        Sign(since, key, bytes[sizeof(long)..]);
        return Base64Url.EncodeToString(bytes);
    }

    private static long? Read(ReadOnlySpan<char> text, byte[] key)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + MacBytes];
        if (text.Length != Base64Url.GetEncodedLength(bytes.Length)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != bytes.Length)
        {
            return null;
        }

        var since = BinaryPrimitives.ReadInt64BigEndian(bytes);
        Span<byte> mac = stackalloc byte[MacBytes];
        Sign(since, key, mac);
        return CryptographicOperations.FixedTimeEquals(mac, bytes[sizeof(long)..]) ? since : null;
    }

    private static void Sign(long since, byte[] key, Span<byte> mac)
    {
        Span<byte> text = stackalloc byte[Name.Length + sizeof(long)];
        Encoding.ASCII.GetBytes(Name, text);
        BinaryPrimitives.WriteInt64BigEndian(text[Name.Length..], since);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, text, whole);
        whole[..MacBytes].CopyTo(mac);
    }
}
