using System.Diagnostics;
using System.Text.Json;

namespace Hub.Cli;

/// <summary>
/// <c>DATA/run.json</c>: where the hub that runs on a folder is, for commands typed on the same machine. Only its owner can
/// read it (0600), for it holds a token; a clean stop removes it.
/// </summary>
/// <param name="Control">Control's address.</param>
/// <param name="Token">An admin's token.</param>
/// <param name="ProcessId">Who wrote it, to tell a hub that runs from one that was killed.</param>
internal sealed record RunFile(Uri Control, string Token, int ProcessId)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsAlive
    {
        get
        {
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return !process.HasExited;
            }
            catch (ArgumentException)
            {
                // The platform has no other word for "no such process".
                return false;
            }
        }
    }

    public static string PathIn(string folder) => Path.Combine(folder, "run.json");

    /// <summary>What stands there; null where no hub runs.</summary>
    /// <exception cref="CommandFailedException">The file is none of ours.</exception>
    public static RunFile? Read(string folder)
    {
        if (!File.Exists(PathIn(folder)))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<RunFile>(File.ReadAllText(PathIn(folder)), Json);
        }
        catch (JsonException e)
        {
            throw new CommandFailedException(
                $"{PathIn(folder)} was not written by hub ({e.Message}). To do: name another folder with --data or HUB_DATA, or remove the file.", e);
        }
    }

    public void Write(string folder)
    {
        var unfinished = PathIn(folder) + ".tmp";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(unfinished, options))
        {
            JsonSerializer.Serialize(stream, this, Json);
        }

        File.Move(unfinished, PathIn(folder), overwrite: true);
    }

    /// <summary>Removes the file where it is still ours; another hub may have started on the folder since.</summary>
    public void Remove(string folder)
    {
        if (Read(folder)?.ProcessId == ProcessId)
        {
            File.Delete(PathIn(folder));
        }
    }
}
