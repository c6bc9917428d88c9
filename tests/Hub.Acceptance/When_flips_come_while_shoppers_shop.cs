using Hub.Town.Shoppers;

namespace Hub.Acceptance;

public sealed class When_flips_come_while_shoppers_shop(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    private const int Flips = 60;

    [Fact]
    [Trait("Rule", "11")]
    public async Task Should_place_nothing_by_an_old_revision_after_the_ack()
    {
        var random = new Random(Seed);
        using var crowd = new ShopperCrowd(Shoppers, rate: 1);
        var walking = crowd.RunAsync(walks: null, first: 0, Cancelled);
        var looks = new Looks(Town);
        var looking = looks.RunAsync(visitors: 8, TimeSpan.FromMilliseconds(50), Cancelled);
        for (var i = 0; i < Flips; i++)
        {
            await looks.ShiftAsync("catalog", random.Next(0, 101));
            await Task.Delay(random.Next(1, 40), Cancelled);
        }

        looks.Close();
        await looking;
        await CloseAsync(crowd, walking);
        Assert.All(crowd.Walks, walk => Assert.Empty(walk.Hiccups));
        Assert.Empty(looks.Failures);
        Assert.True(looks.Count > Flips, $"only {looks.Count} looks");
        await looks.JudgeAsync(Cancelled);
        await Books.ShouldAgreeAsync(Cancelled);
    }
}
