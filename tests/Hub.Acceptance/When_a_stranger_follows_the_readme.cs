using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hub.Running;
using Hub.Town;

namespace Hub.Acceptance;

public sealed partial class When_a_stranger_follows_the_readme : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("hub-play-").FullName, "game");
    private readonly int _port = FreePorts.Draw();
    private readonly int _controlPort = FreePorts.Draw();

    [Fact]
    public async Task Should_find_a_town_that_obeys_the_second_terminal()
    {
        using var play = await PlayAsync();
        var shop = Address("The shop:", play.Output);
        Assert.Equal(_port, shop.Port);
        Assert.Equal(_controlPort, Address("The control page:", play.Output).Port);
        var suggested = Suggestions().Matches(play.Output).Select(line => line.Groups[1].Value).ToList();
        Assert.Equal(3, suggested.Count);
        Assert.Equal("legacy", await SideAsync(shop));

        foreach (var command in suggested)
        {
            await ShouldDoAsync(0, command.Split(' '));
        }

        await ShouldDoAsync(0, "group", "shift", "catalog", "--share", "100", "--wait", "--reason", "quickstart", "--data", _folder);
        Assert.Equal("new", await SideAsync(shop));
        foreach (var noun in new[] { "group", "dataset", "order", "connector", "audit", "token" })
        {
            await ShouldDoAsync(0, noun, "list", "--data", _folder);
        }

        Assert.Contains("storefront", await ShouldDoAsync(0, "group", "show", "catalog", "--data", _folder), StringComparison.Ordinal);
        await ShouldDoAsync(2, "group", "shift", "catalog", "--share", "101", "--data", _folder);
        await ShouldDoAsync(2, "group", "shift", "catalog", "--data", _folder);
        await ShouldDoAsync(2, "frobnicate");
        Assert.Contains("catalogue", await ShouldDoAsync(1, "group", "show", "catalogue", "--data", _folder), StringComparison.Ordinal);
        await ShouldDoAsync(0, "check", "-c", Path.Combine(_folder, "hub.json"));
        await ShouldDoAsync(0, "group", "rollback", "--all", "--wait", "--data", _folder);
        Assert.Equal("legacy", await SideAsync(shop));

        Assert.Equal(0, await play.InterruptAsync());
    }

    [Fact]
    public async Task Should_find_it_again_as_it_was_left_or_fresh()
    {
        using (var play = await PlayAsync())
        {
            await ShouldDoAsync(0, "group", "shift", "catalog", "--share", "100", "--wait", "--data", _folder);
            Assert.Equal(0, await play.StopAsync());
        }

        using (var again = await PlayAsync())
        {
            Assert.Equal("new", await SideAsync(Address("The shop:", again.Output)));
            Assert.Equal(0, await again.StopAsync());
        }

        using var fresh = await PlayAsync("--fresh");
        Assert.Equal("legacy", await SideAsync(Address("The shop:", fresh.Output)));
        Assert.Equal(0, await fresh.StopAsync());
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--control-port")]
    public async Task Should_be_told_of_a_taken_port_with_the_flag_that_helps(string flag)
    {
        var taken = flag == "--port" ? _port : _controlPort;
        using var other = new TcpListener(IPAddress.Loopback, taken);
        other.Start();

        var said = await ShouldDoAsync(1, PlayArguments());

        Assert.Contains(taken.ToString(CultureInfo.InvariantCulture), said, StringComparison.Ordinal);
        Assert.Contains($"with {flag}", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    private static async Task<string> ShouldDoAsync(int exitCode, params string[] arguments)
    {
        var ended = await TownRun.CommandAsync(arguments);
        Assert.True(ended.ExitCode == exitCode, $"hub {string.Join(' ', arguments)} ended with {ended.ExitCode}:\n{ended.Output}");
        return ended.Output;
    }

    /// <summary>Where a new visitor's second request to the home page goes (the first brings the cookie).</summary>
    private static async Task<string?> SideAsync(Uri shop)
    {
        using var visitor = new Visitor(shop);
        await visitor.GetAsync("");
        var home = await visitor.GetAsync("");
        Assert.True(home.Status == HttpStatusCode.OK, $"{home.Status} {home.Page.Body?.TextContent}");
        return home.Side;
    }

    private static Uri Address(string words, string said) =>
        new(said[(said.IndexOf(words, StringComparison.Ordinal) + words.Length)..].Trim().Split(' ', '\n')[0]);

    [GeneratedRegex(@"^\s+(?:hub|dotnet run --project gateway/Hub\.Cli --) (.+)$", RegexOptions.Multiline)]
    private static partial Regex Suggestions();

    private async Task<ChildProcess> PlayAsync(params string[] more)
    {
        var play = ChildProcess.Hub([.. PlayArguments(), .. more]);
        await play.SaysAsync("Ctrl-C");
        return play;
    }

    private string[] PlayArguments() =>
        ["play", "--no-shoppers", "--data", _folder, "--port", $"{_port}", "--control-port", $"{_controlPort}"];
}
