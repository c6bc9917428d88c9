namespace Hub.Cli.Tests;

public sealed class DocumentTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task CliMd_CommandTree_IsTheSame()
    {
        var typed = await _hand.TypeAsync("docs", "cli");
        var file = Checkout.File("docs/cli.md");

        Assert.True(
            File.Exists(file) && await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) == typed.Output,
            $"{file} is out of date: dotnet run --project gateway/Hub.Cli -- docs cli > docs/cli.md");
    }
}
