using Hub.Cli.Running;

namespace Hub.Cli.Tests.Running;

public sealed class FolderLockTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("hub-lock-").FullName, "control");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void Take_NewFolder_IsItsOwnersOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var taken = FolderLock.Take(_folder);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public void Take_Taken_SaysWhatToDo()
    {
        using (FolderLock.Take(_folder))
        {
            Assert.Contains("name another folder with --data", Assert.Throws<CommandFailedException>(() => FolderLock.Take(_folder)).Message, StringComparison.Ordinal);
        }

        FolderLock.Take(_folder).Dispose();
    }
}
