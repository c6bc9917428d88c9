using Hub.Town.Shoppers;

namespace Hub.Acceptance;

public sealed class When_planes_restart_one_after_the_other(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    [Theory]
    [InlineData("gw-1", "gw-2")]
    [InlineData("migration", "adapters", "control")]
    public async Task Should_fail_no_request(params string[] planes)
    {
        await Town.ShiftAsync("catalog", 50);
        await Town.ShiftAsync("checkout", 50);
        using var crowd = new ShopperCrowd(Shoppers, rate: 2);
        var walking = crowd.RunAsync(walks: null, first: planes.Length * 50, Cancelled);
        foreach (var plane in planes)
        {
            await MoreWalksAsync(crowd);
            Assert.Equal(0, await Town[plane].StopAsync());
            await MoreWalksAsync(crowd);
            await Town[plane].StartAsync();
        }

        await MoreWalksAsync(crowd);
        await CloseAsync(crowd, walking);
        Assert.All(crowd.Walks, walk => Assert.Empty(walk.Hiccups));
        await Books.ShouldAgreeAsync(Cancelled);
    }
}
