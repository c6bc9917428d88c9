using System.Text.Json;

namespace Hub.Planes;

/// <summary>A small file that is whole or not there: written beside its place, flushed to the disk, then renamed.</summary>
internal static class DiskFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = path + ".tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // The copy holds the keys that planes sign with.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    public static void WriteJson<T>(string path, T value) =>
        Write(path, JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    /// <summary>Null where there is no such file.</summary>
    /// <exception cref="JsonException">The file is not what was written.</exception>
    public static T? ReadJson<T>(string path)
        where T : class =>
        File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), JsonSerializerOptions.Web) : null;
}
