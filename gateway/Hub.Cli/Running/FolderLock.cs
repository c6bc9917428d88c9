namespace Hub.Cli.Running;

/// <summary>Two hubs must not write into one folder: held while the process lives, and by the system let go of when it is killed.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="CommandFailedException">Another process holds it.</exception>
    public static FolderLock Take(string folder)
    {
        Create(folder);
        try
        {
            return new FolderLock(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new CommandFailedException(
                $"{folder} is in use by another hub. To do: stop that one, or name another folder with --data (another plane with --plane).", e);
        }
    }

    public void Dispose() => _file.Dispose();

    // Stores hold keys and customers' data, and SQLite's side files take the mode that the process has.
    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
