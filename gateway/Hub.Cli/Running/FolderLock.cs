namespace Hub.Cli.Running;

/// <summary>Two hubs must not write into one folder: held while the process lives, and by the system let go of when it is killed.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="CommandFailedException">Another process holds it.</exception>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
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
}
