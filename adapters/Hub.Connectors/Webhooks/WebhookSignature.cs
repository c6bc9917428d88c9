using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Connectors.Webhooks;

/// <summary>Holds a webhook's signature against the bytes that came, in a time that does not tell how much of it was right.</summary>
public static class WebhookSignature
{
    /// <summary>Is <paramref name="given"/> the HMAC-SHA256 of the parts, one after the other, in base64?</summary>
    public static bool IsHmacSha256(string given, ReadOnlySpan<byte> key, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(given, bytes, out var length) && Fits(bytes[..length], key, parts);
    }

    /// <summary>The same for one that is written in hexadecimal digits.</summary>
    public static bool IsHmacSha256Hex(string given, ReadOnlySpan<byte> key, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        return given.Length == 2 * SHA256.HashSizeInBytes
            && Convert.FromHexString(given, bytes, out _, out var length) == System.Buffers.OperationStatus.Done
            && Fits(bytes[..length], key, parts);
    }

    /// <summary>Is the time that was signed near enough to now? A post that somebody recorded must not work for ever.</summary>
    /// <param name="unix">Seconds or, from 12 digits on, milliseconds since 1970.</param>
    public static bool IsFresh(string unix, DateTimeOffset now, TimeSpan window)
    {
        if (!long.TryParse(unix, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 253_402_300_799_999)
        {
            return false;
        }

        var at = unix.Length > 11 ? DateTimeOffset.FromUnixTimeMilliseconds(number) : DateTimeOffset.FromUnixTimeSeconds(number);
        return (now - at).Duration() <= window;
    }

    /// <summary>A text's bytes as UTF-8, for the parts of a signature.</summary>
    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static bool Fits(ReadOnlySpan<byte> given, ReadOnlySpan<byte> key, ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts)
        {
            hash.AppendData(part.Span);
        }

        return CryptographicOperations.FixedTimeEquals(given, hash.GetHashAndReset());
    }
}
