namespace Hub.Gateway.Slugs;

/// <summary>
/// A slug table's copy on this plane's disk: as large as the table's text, whole or not there. It may be a minute older than
/// the table; what changed since then is asked for after a restart.
/// </summary>
internal sealed class SlugCopy(string folder, string name, bool ignoreCase)
{
    // A copy that was read otherwise is another one.
    private readonly string _file = Path.Combine(folder, $"slugs-{Uri.EscapeDataString(name)}{(ignoreCase ? ".nocase" : "")}.jsonl");

    /// <summary>Null where there is none, or none that can be used.</summary>
    public async Task<SlugTable?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_file))
        {
            return null;
        }

        try
        {
            await using var stream = File.OpenRead(_file);
            return await SlugLines.ReadAsync(stream, null, ignoreCase, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The table is asked for whole then, and the copy written anew.
            return null;
        }
    }

    /// <exception cref="IOException">The disk does not take it; the table in memory serves.</exception>
    public void Write(SlugTable table)
    {
        Directory.CreateDirectory(folder);
        using (var stream = new FileStream(_file + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None, 64 * 1024))
        {
            SlugLines.Write(stream, table);
            stream.Flush(flushToDisk: true);
        }

        File.Move(_file + ".tmp", _file, overwrite: true);
    }
}
