namespace Hub.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("group")]
    [InlineData("grupo list")]
    [InlineData("group list --jsonn")]
    [InlineData("group list extra")]
    [InlineData("group show")]
    [InlineData("group shift catalog")]
    [InlineData("group shift catalog --share much")]
    [InlineData("group shift catalog --share 101")]
    [InlineData("group shift catalog --share -1")]
    [InlineData("group shift catalog --share 1.234")]
    [InlineData("group rollback")]
    [InlineData("group rollback catalog --all")]
    [InlineData("group rollback catalog --dry-run --plane gw-1")]
    [InlineData("freeze")]
    [InlineData("freeze --until tomorrow")]
    [InlineData("freeze --until -2h")]
    [InlineData("explain")]
    [InlineData("explain id --path /")]
    [InlineData("explain --method GET")]
    [InlineData("explain --path no-slash")]
    [InlineData("explain --path / --cookie nothing")]
    [InlineData("explain --path / --header nothing")]
    [InlineData("explain --since soon")]
    [InlineData("order show 1001")]
    [InlineData("order list --take 0")]
    [InlineData("token create --name anna")]
    [InlineData("token create --name anna --role king")]
    [InlineData("run --roles king")]
    [InlineData("run --roles ,")]
    [InlineData("run --roles control --control http://10.0.0.1:8081")]
    [InlineData("run --roles control --control https://10.0.0.1:8081")]
    [InlineData("run --roles adapters --token t --control http://127.0.0.1:1 --api http://10.0.0.1:8083")]
    [InlineData("run --roles adapters --token t --control http://127.0.0.1:1 --api https://10.0.0.1:8083")]
    [InlineData("run --roles adapters --token t --control http://127.0.0.1:1 --api here")]
    [InlineData("run --roles adapters,migration --token t --control http://127.0.0.1:1 --api http://127.0.0.1:0")]
    [InlineData("run --roles gateway --control nowhere")]
    [InlineData("run --roles gateway --plane a/b --token t")]
    [InlineData("run --roles control --port 80 --control-port 80")]
    [InlineData("run --roles control --port 70000")]
    [InlineData("run --roles gateway")]
    [InlineData("play --port 0")]
    [InlineData("town --public-url shop")]
    [InlineData("town --port 65530")]
    [InlineData("status --control somewhere --token t")]
    [InlineData("status --control http://127.0.0.1:1")]
    public async Task Command_WrongUsage_ExitsWith2AndWordsOnError(string line)
    {
        var typed = await _hand.TypeAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, typed.ExitCode);
        Assert.Empty(typed.Output);
        Assert.NotEmpty(typed.Error);
        Assert.DoesNotContain("unexpected", typed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("group", "hub: 'hub group' needs a verb: list, show, mirror, readiness, crawl, shift, rollback, gates, plan.")]
    [InlineData("frob", "hub: 'frob' is no command of 'hub'. Its commands: status, group,")]
    [InlineData("group frob", "hub: 'frob' is no command of 'hub group'. Its commands: list, show, mirror, readiness, crawl, shift, rollback, gates, plan.")]
    [InlineData("group list --jsonn", "hub: '--jsonn' is no flag of 'hub group list'. Its flags: ")]
    [InlineData("group list extra", "hub: 'extra' is one word too many for 'hub group list'.")]
    [InlineData("group show", "hub: GROUP is missing: ")]
    [InlineData("group shift catalog", "hub: --share is missing: ")]
    [InlineData("group shift catalog --share", "hub: --share needs a value: ")]
    [InlineData("group shift catalog --share abc", "hub: --share abc is no number: ")]
    [InlineData("group shift catalog --share 1 --share 2", "hub: --share stands there 2 times. Write it once.")]
    [InlineData("order list --take 1.5", "hub: --take 1.5 is no whole number: ")]
    public async Task Command_CanNotBeRead_SaysWhatAndWhatToWrite(string line, string expected)
    {
        var typed = await _hand.TypeAsync(line.Split(' '));

        Assert.StartsWith(expected, typed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", typed.Error, StringComparison.Ordinal);
        Assert.Equal(2, typed.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(" --help' lists its ", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_NothingTyped_IsHelpAlone()
    {
        var typed = await _hand.TypeAsync();

        Assert.StartsWith("Description:", typed.Error, StringComparison.Ordinal);
        Assert.Contains("rollback works", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Asked_IsDataAndSucceeds()
    {
        var typed = await _hand.TypeAsync("group", "shift", "--help");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains("--share", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_ShareOutside_SaysWhatIsRight()
    {
        var typed = await _hand.TypeAsync("group", "shift", "catalog", "--share", "101");

        Assert.Contains("--share 101 is no share: write 0 to 100", typed.Error, StringComparison.Ordinal);
        Assert.Contains("'hub group shift --help'", typed.Error, StringComparison.Ordinal);
    }
}
