using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Xml;

namespace Hub.Gateway.Mirroring.Crawling;

/// <summary>
/// Reads a sitemap (sitemaps.org): a list of pages or an index of lists, plain or gzip. Lists of an index are read only
/// where they stand on the sitemap's own host.
/// </summary>
/// <remarks>Bound: 50 MB unfolded and 50,000 pages a file, as the protocol says; 1,000 files.</remarks>
internal sealed class Sitemap(HttpClient http)
{
    private const int MostBytes = 50 * 1024 * 1024, MostFiles = 1_000, MostPages = 50_000;

    /// <summary>The pages, as they come.</summary>
    /// <exception cref="HttpRequestException">A file does not answer.</exception>
    /// <exception cref="XmlException">A file is no sitemap.</exception>
    public async IAsyncEnumerable<Uri> ReadAsync(Uri sitemap, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = new Queue<Uri>([sitemap]);
        for (var read = 0; files.Count > 0 && read < MostFiles; read++)
        {
            var pages = 0;
            await foreach (var (isFile, address) in ReadFileAsync(files.Dequeue(), cancellationToken))
            {
                if (!isFile && pages++ < MostPages)
                {
                    yield return address;
                }
                else if (isFile && address.Authority == sitemap.Authority && files.Count < MostFiles)
                {
                    files.Enqueue(address);
                }
            }
        }
    }

    private async IAsyncEnumerable<(bool IsFile, Uri Address)> ReadFileAsync(Uri file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(file, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var unfolded = new MemoryStream();
        await using (var body = await response.Content.ReadAsStreamAsync(cancellationToken))
        {
            await CopyAsync(body, unfolded, cancellationToken);
        }

        unfolded.Position = 0;
        // A file is often served as it lies on the disk, gzip without a word of it.
        Stream source = unfolded.Length > 2 && unfolded.ReadByte() == 0x1f && unfolded.ReadByte() == 0x8b ? new GZipStream(unfolded, CompressionMode.Decompress) : unfolded;
        unfolded.Position = 0;
        await using var bounded = new MemoryStream();
        await using (source)
        {
            await CopyAsync(source, bounded, cancellationToken);
        }

        bounded.Position = 0;
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true };
        using var reader = XmlReader.Create(bounded, settings);
        string? kind = null;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            kind = reader.LocalName is "sitemap" or "url" ? reader.LocalName : kind;
            // <image:loc> is of another namespace and no page.
            if (reader.LocalName == "loc" && reader.Prefix.Length == 0 && !reader.IsEmptyElement && reader.Read()
                && Uri.TryCreate(reader.Value.Trim(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                yield return (kind == "sitemap", address);
            }
        }
    }

    private static async Task CopyAsync(Stream source, MemoryStream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await source.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            target.Write(buffer, 0, read);
            if (target.Length > MostBytes)
            {
                throw new InvalidDataException($"the sitemap is longer than {MostBytes / 1024 / 1024} MB");
            }
        }
    }
}
