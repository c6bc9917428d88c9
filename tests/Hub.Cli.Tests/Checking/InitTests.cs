namespace Hub.Cli.Tests.Checking;

public sealed class InitTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://shop.invalid")]
    public async Task Init_AnyShop_PassesCheck(string legacy)
    {
        Assert.Equal(0, (await _hand.TypeAsync("init", "--legacy", legacy)).ExitCode);

        var check = await _hand.TypeAsync("check");

        Assert.Equal(0, check.ExitCode);
        Assert.DoesNotContain("error:", check.Output, StringComparison.Ordinal);
        Assert.Contains("is not reached", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_CommentsTakenAway_PassesCheck()
    {
        await _hand.TypeAsync("init", "--legacy", "http://127.0.0.1:1");
        var file = Path.Combine(_hand.Folder, "hub.json");
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);

        // Each commented example is config as it stands; prose begins with no quote and no brace.
        var taken = lines.Select(line => line.TrimStart(' ', '/') is ['"' or '}', ..]
            ? line.Replace("// ", "", StringComparison.Ordinal)
            : line);
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "shop.pem"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "shop.key"), "", TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(file, taken, TestContext.Current.CancellationToken);

        var check = await _hand.TypeAsync("check", "--offline");

        Assert.Equal("hub: hub.json: 0 errors, 0 warnings", check.Error.Trim());
        Assert.Contains("shift 'catalog' before 'checkout'", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_FileIsThere_IsNotOverwrittenWithoutForce()
    {
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), "mine", TestContext.Current.CancellationToken);

        var refused = await _hand.TypeAsync("init", "--legacy", "http://127.0.0.1:1");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), TestContext.Current.CancellationToken));
        Assert.Equal(0, (await _hand.TypeAsync("init", "--legacy", "http://127.0.0.1:1", "--force")).ExitCode);
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("ftp://shop.example")]
    public async Task Init_NoAddress_IsWrongUsage(string legacy) =>
        Assert.Equal(2, (await _hand.TypeAsync("init", "--legacy", legacy)).ExitCode);

    [Fact]
    public async Task Init_ShopAnswers_NamesItsSessionCookies()
    {
        await using var shop = await ShopStandIn.StartAsync("<html></html>", "SHOPSESSION=1; path=/; HttpOnly", "lang=de; path=/");

        await _hand.TypeAsync("init", "--legacy", shop.Address.ToString());

        Assert.Contains(
            "\"Cookies\": [\"SHOPSESSION\"]",
            await File.ReadAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }
}
