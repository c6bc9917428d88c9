using System.Net;
using Hub.Running;

namespace Hub.Acceptance;

public sealed class When_the_config_is_wrong(TownOfOneHub fixture) : TownScenario(fixture), IClassFixture<TownOfOneHub>
{
    [Fact]
    public async Task Should_serve_by_the_last_good_one_and_say_so_until_it_is_right()
    {
        var good = await File.ReadAllTextAsync(Town.ConfigFile, Cancelled);
        var before = await Town.Control.GetDocumentAsync(Cancelled);

        await File.WriteAllTextAsync(Town.ConfigFile, good.Replace("\"New\": \"storefront\"", "\"New\": \"nowhere\"", StringComparison.Ordinal), Cancelled);
        await StatusSaysAsync("nowhere", says: true);
        Assert.Equal(before.Hash, (await Town.Control.GetDocumentAsync(Cancelled)).Hash);
        await ShopAnswersAsync();

        await File.WriteAllTextAsync(Town.ConfigFile, good[..(good.Length / 2)], Cancelled);
        await StatusSaysAsync("not applied", says: true);
        await ShopAnswersAsync();

        await File.WriteAllTextAsync(Town.ConfigFile, good.Replace("\"search\"", "\"look-up\"", StringComparison.Ordinal), Cancelled);
        await StatusSaysAsync("not applied", says: false);
        Assert.Contains("look-up", (await Town.Control.GetGroupAsync("catalog", Cancelled)).Routes);
        Assert.NotEqual(before.Hash, (await Town.Control.GetDocumentAsync(Cancelled)).Hash);
        await ShopAnswersAsync();
    }

    [Fact]
    public async Task Should_not_start_without_a_file_that_was_named()
    {
        var (exitCode, said) = await TownRun.CommandAsync(
            "run", "-c", Path.Combine(Town.Folder, "none.json"), "--data", Town.DataOf("other"), "--port", "0", "--control-port", "0");

        Assert.Equal(1, exitCode);
        Assert.Contains("none.json", said, StringComparison.Ordinal);
        Assert.Contains("hub init", said, StringComparison.Ordinal);
    }

    private Task StatusSaysAsync(string words, bool says) => Eventually.TrueAsync($"'hub status' {(says ? "tells" : "is over")} '{words}'", async () =>
    {
        var (exitCode, said) = await Town.HubAsync("status");
        Assert.True(exitCode == 0, said);
        return said.Contains(words, StringComparison.Ordinal) == says ? null : said;
    }, Cancelled);

    private async Task ShopAnswersAsync()
    {
        using var visitor = new Visitor(Town.Shop);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("search?q=tea")).Status);
    }
}
