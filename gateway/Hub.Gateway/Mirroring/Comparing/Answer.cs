using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>An answer of one side, as it came.</summary>
/// <param name="Status">0: there was no answer, and <paramref name="Body"/> says why.</param>
/// <param name="Whole">All of the body is there; of a longer one only status and headers are compared.</param>
internal sealed record Answer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, bool Whole)
{
    /// <summary>What a body may unfold to: small ones unfold to gigabytes.</summary>
    private const int MostUnfolded = 2 * 1024 * 1024;

    public static Answer None(string why) => new(0, [], Encoding.UTF8.GetBytes(why), true);

    public string? Header(string name)
    {
        string? found = null;
        foreach (var (own, value) in Headers)
        {
            if (own.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                found = found is null ? value : $"{found}, {value}";
            }
        }

        return found;
    }

    public string MediaType => MediaTypeHeaderValue.TryParse(Header("Content-Type"), out var type) ? type.MediaType?.ToLowerInvariant() ?? "" : "";

    /// <summary>The body as bytes without its content coding; null where it is not whole or can't be read.</summary>
    public byte[]? Unfold()
    {
        if (!Whole)
        {
            return null;
        }

        var coding = Header("Content-Encoding")?.Trim().ToLowerInvariant();
        if (coding is null or "" or "identity" || Body.Length == 0)
        {
            return Body;
        }

        using var source = new MemoryStream(Body);
        using Stream? unfolding = coding switch
        {
            "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress),
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            "deflate" => new ZLibStream(source, CompressionMode.Decompress),
            _ => null,
        };
        return unfolding is null ? null : ReadAtMost(unfolding);
    }

    /// <summary>The body as text; null where it can't be read.</summary>
    public string? Text()
    {
        if (Unfold() is not { } bytes)
        {
            return null;
        }

        var encoding = Encoding.UTF8;
        if (MediaTypeHeaderValue.TryParse(Header("Content-Type"), out var type) && type.CharSet is { Length: > 0 } charset)
        {
            try
            {
                encoding = Encoding.GetEncoding(charset.Trim('"'));
            }
            catch (ArgumentException)
            {
                // A charset that nobody knows: as UTF-8 both sides are read alike at least.
            }
        }

        return encoding.GetString(bytes);
    }

    private static byte[]? ReadAtMost(Stream stream)
    {
        var unfolded = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                unfolded.Write(buffer, 0, read);
                if (unfolded.Length > MostUnfolded)
                {
                    return null;
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or InvalidOperationException)
        {
            return null;
        }

        return unfolded.ToArray();
    }
}
