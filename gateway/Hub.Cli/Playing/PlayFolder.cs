namespace Hub.Cli.Playing;

/// <summary>A folder to play in. It is marked, so that <c>--fresh</c> deletes nothing that is not a game.</summary>
internal static class PlayFolder
{
    private const string Marker = ".hub-play";

    private static readonly string[] Ours = ["town", "secrets", "control", "gateway", "migration", "adapters", "hub.json", "run.json"];

    /// <exception cref="CommandFailedException">The folder holds something else.</exception>
    public static void Prepare(string folder, bool fresh)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, Marker)))
        {
            throw new CommandFailedException(
                $"{folder} was not made by 'hub play' (it has no {Marker}) and holds something else. To do: name another folder with --data.");
        }

        Directory.CreateDirectory(folder);
        if (fresh)
        {
            Delete(folder);
        }

        File.WriteAllText(Path.Combine(folder, Marker), "A game of 'hub play': 'hub play --fresh' deletes what it made here.\n");
    }

    private static void Delete(string folder)
    {
        if (RunFile.Read(folder) is { IsAlive: true } running)
        {
            throw new CommandFailedException($"a hub runs on {folder} (process {running.ProcessId}). To do: stop it first, or name another folder with --data.");
        }

        foreach (var path in Ours.Select(name => Path.Combine(folder, name)))
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
    }
}
