using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Hub.Cli.Discovering;

/// <summary>A log's lines, one after another, in bounded memory: packed or not, whatever its size.</summary>
internal static class LogLines
{
    /// <summary>A line that is longer is none of a log's; it is told as one that can't be read.</summary>
    private const int Longest = 64 * 1024;

    /// <summary>Null stands for a line that is too long.</summary>
    public static IEnumerable<string?> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 128 * 1024, FileOptions.SequentialScan);
        using var bytes = IsPacked(file) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        var buffer = ArrayPool<byte>.Shared.Rent(Longest);
        try
        {
            var (length, skipping) = (0, false);
            while (true)
            {
                var read = bytes.Read(buffer, length, Longest - length);
                if (read == 0)
                {
                    break;
                }

                var (start, end) = (0, length + read);
                while (Array.IndexOf(buffer, (byte)'\n', start, end - start) is var line and >= 0)
                {
                    if (!skipping)
                    {
                        yield return Text(buffer.AsSpan(start, line - start));
                    }

                    (skipping, start) = (false, line + 1);
                }

                length = end - start;
                Buffer.BlockCopy(buffer, start, buffer, 0, length);
                if (length == Longest)
                {
                    if (!skipping)
                    {
                        yield return null;
                    }

                    (skipping, length) = (true, 0);
                }
            }

            if (length > 0 && !skipping)
            {
                yield return Text(buffer.AsSpan(0, length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Text(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line.TrimEnd((byte)'\r'));

    private static bool IsPacked(FileStream file)
    {
        var packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return packed;
    }
}
