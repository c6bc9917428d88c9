using Hub.Cli.Playing;

namespace Hub.Cli.Tests.Commands;

public sealed class PlayFolderTests : IDisposable
{
    private readonly Hand _hand = new();

    [Fact]
    public void Prepare_FreshWhereNothingIs_MakesTheFolder()
    {
        var folder = Path.Combine(_hand.Folder, "no", "such");

        PlayFolder.Prepare(folder, fresh: true);

        Assert.True(Directory.Exists(folder));
    }

    [Fact]
    public void Prepare_Fresh_DeletesWhatAGameMadeAndNothingElse()
    {
        var folder = Path.Combine(_hand.Folder, "game");
        PlayFolder.Prepare(folder, fresh: false);
        Directory.CreateDirectory(Path.Combine(folder, "town"));
        File.WriteAllText(Path.Combine(folder, "mine.txt"), "");

        PlayFolder.Prepare(folder, fresh: true);

        Assert.False(Directory.Exists(Path.Combine(folder, "town")));
        Assert.True(File.Exists(Path.Combine(folder, "mine.txt")));
        Assert.Throws<CommandFailedException>(() => PlayFolder.Prepare(_hand.Folder, fresh: true));
    }

    public void Dispose() => _hand.Dispose();
}
