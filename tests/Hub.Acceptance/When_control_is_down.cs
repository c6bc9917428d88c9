using System.Net;
using Hub.Running;

namespace Hub.Acceptance;

public sealed class When_control_is_down(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    [Fact]
    public async Task Should_serve_on_and_take_back_on_the_plane_itself_until_control_adopts_it()
    {
        await Town.ShiftAsync("catalog", 100);
        await Town.ShiftAsync("checkout", 100);
        Town["control"].Kill();

        var walks = await WalkEachKindAsync(1);
        ShouldBeContent(walks);
        Assert.All(walks, walk => Assert.Empty(walk.Hiccups));
        Assert.Equal(["new", "new"], await SidesAsync());

        var rollback = await TownRun.CommandAsync(
            "group", "rollback", "catalog", "--plane", Path.Combine(Town.DataOf("gw-1"), "gw-1"), "--reason", "a test's");
        Assert.True(rollback.ExitCode == 0, rollback.Output);
        Assert.Equal(["legacy", "new"], await SidesAsync());

        // A plane that was killed serves its copy, and stands by its own rollback.
        Town["gw-1"].Kill();
        await Town["gw-1"].StartAsync();
        Assert.Equal(["legacy", "new"], await SidesAsync());
        var (status, said) = await Town.HubAsync("status");
        Assert.Equal(1, status);
        Assert.Contains("control", said, StringComparison.OrdinalIgnoreCase);

        await Town["control"].StartAsync();
        await Eventually.TrueAsync("control adopts the rollback for all planes", async () =>
        {
            var sides = await SidesAsync();
            return sides.All(side => side == "legacy") ? null : string.Join(", ", sides);
        }, Cancelled);
        var group = await Town.Control.GetGroupAsync("catalog", Cancelled);
        Assert.True(group.RolledBack);
        Assert.Equal(0, group.Share);
        Assert.Equal(100, (await Town.Control.GetGroupAsync("checkout", Cancelled)).Share);
        await Books.ShouldAgreeAsync(Cancelled);
    }

    /// <summary>Who answers the home page, at each gateway.</summary>
    private async Task<List<string?>> SidesAsync()
    {
        var sides = new List<string?>();
        foreach (var gateway in Town.Gateways)
        {
            using var visitor = new Visitor(gateway);
            await visitor.GetAsync("");
            var home = await visitor.GetAsync("");
            Assert.Equal(HttpStatusCode.OK, home.Status);
            sides.Add(home.Side);
        }

        return sides;
    }
}
