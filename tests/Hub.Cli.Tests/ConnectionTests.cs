namespace Hub.Cli.Tests;

public sealed class ConnectionTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task Connect_NothingRuns_SaysWhereItLookedAndWhatToDo()
    {
        var typed = await _hand.TypeAsync("status");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains(Path.Combine(_hand.Folder, "hub-data", "run.json"), typed.Error, StringComparison.Ordinal);
        Assert.Contains("hub play", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_Unreachable_NamesAddressAndWhereItCameFrom()
    {
        _hand.Variables["HUB_CONTROL"] = "http://127.0.0.1:1";
        _hand.Variables["HUB_TOKEN"] = "t";

        var typed = await _hand.TypeAsync("group", "list");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("control at http://127.0.0.1:1/ (HUB_CONTROL) does not answer", typed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("flag")]
    [InlineData("variable")]
    public async Task Connect_HubRunsOnFolder_IsFoundThere(string by)
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/groups", Array.Empty<object>());
        var folder = Path.Combine(_hand.Folder, by == "default" ? "hub-data" : "elsewhere");
        Directory.CreateDirectory(folder);
        new RunFile(control.Address, ControlStandIn.Token, Environment.ProcessId).Write(folder);
        if (by == "variable")
        {
            _hand.Variables["HUB_DATA"] = "elsewhere";
        }

        var typed = await _hand.TypeAsync(by == "flag" ? ["group", "list", "--data", "elsewhere"] : ["group", "list"]);

        Assert.Equal("", typed.Error);
        Assert.Equal(0, typed.ExitCode);
    }

    [Fact]
    public async Task Connect_FlagAndVariable_FlagWins()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/groups", Array.Empty<object>());
        _hand.Variables["HUB_CONTROL"] = "http://127.0.0.1:1";
        _hand.Variables["HUB_TOKEN"] = "wrong";

        Assert.Equal(0, (await _hand.TypeAsync(control, "group", "list")).ExitCode);
    }

    [Fact]
    public async Task Connect_WrongToken_SaysSo()
    {
        await using var control = await ControlStandIn.StartAsync();

        var typed = await _hand.TypeAsync("group", "list", "--control", control.Address.ToString(), "--token", "wrong");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("does not know this token", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_RunFileOfKilledHub_SaysThatItsProcessIsGone()
    {
        var folder = Path.Combine(_hand.Folder, "hub-data");
        Directory.CreateDirectory(folder);
        new RunFile(new Uri("http://127.0.0.1:1"), "t", int.MaxValue).Write(folder);

        var typed = await _hand.TypeAsync("status");

        Assert.Contains($"Process {int.MaxValue}, which wrote that file, does not run any more", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_RunFileIsGarbage_SaysSo()
    {
        var folder = Path.Combine(_hand.Folder, "hub-data");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(RunFile.PathIn(folder), "{", TestContext.Current.CancellationToken);

        var typed = await _hand.TypeAsync("status");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("was not written by hub", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void RunFile_Written_IsItsOwnersOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        new RunFile(new Uri("http://127.0.0.1:1"), "t", 1).Write(_hand.Folder);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(RunFile.PathIn(_hand.Folder)));
    }

    [Fact]
    public async Task Refusal_Problem_IsTitleAndDetail()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Refuses("GET /api/groups/nope", 404, "There is no group nope.", "The groups are catalog and checkout.");

        var typed = await _hand.TypeAsync(control, "group", "show", "nope");

        Assert.Equal(1, typed.ExitCode);
        Assert.Equal("", typed.Output);
        Assert.Equal("hub: There is no group nope — The groups are catalog and checkout.", typed.Error.Trim());
    }
}
