using System.Text;

namespace Hub.Gateway.Boundary;

/// <summary>
/// Decodes the header <c>Connection</c>. Kestrel puts <c>close</c> or <c>keep-alive</c> in the place of the whole header where
/// it finds one of them, and what else the header named would be forwarded; so those two are kept from it, and
/// <see cref="ConnectionHeader"/> closes in its stead. HTTP/1.0 clients that ask to keep a connection get it closed.
/// </summary>
internal sealed class ConnectionEncoding : Encoding
{
    /// <summary>How <c>close</c> reads afterwards.</summary>
    public const string Close = "clos~";

    /// <summary>How <c>keep-alive</c> reads afterwards.</summary>
    public const string KeepAlive = "keep-aliv~";

    public static readonly ConnectionEncoding One = new();

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        Latin1.GetChars(bytes, byteIndex, byteCount, chars, charIndex);
        var rest = chars.AsSpan(charIndex, byteCount);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf(',');
            var token = (end < 0 ? rest : rest[..end]).Trim(" \t");
            if (MemoryExtensions.Equals(token, "close", StringComparison.OrdinalIgnoreCase)
                || MemoryExtensions.Equals(token, "keep-alive", StringComparison.OrdinalIgnoreCase))
            {
                MemoryExtensions.ToLowerInvariant(token.ToString(), token);
                token[^1] = '~';
            }

            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return byteCount;
    }

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
