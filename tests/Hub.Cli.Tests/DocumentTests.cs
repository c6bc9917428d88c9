namespace Hub.Cli.Tests;

public sealed class DocumentTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task CliMd_CommandTree_IsTheSame()
    {
        var typed = await _hand.TypeAsync("docs", "cli");
        var file = Path.Combine(Root(), "docs", "cli.md");

        Assert.True(
            File.Exists(file) && await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) == typed.Output,
            $"{file} is out of date: dotnet run --project gateway/Hub.Cli -- docs cli > docs/cli.md");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Hub.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
