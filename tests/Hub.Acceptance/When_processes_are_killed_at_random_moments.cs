using Hub.Town.Shoppers;

namespace Hub.Acceptance;

public sealed class When_processes_are_killed_at_random_moments(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    [Fact]
    public async Task Should_fail_no_request_but_those_on_the_killed_gateway()
    {
        const int Kills = 3;
        var walks = await WalkThroughAsync(Kills, first: 0, "gw-1", "gw-2");

        // A walk has one request at a time; an answer of 502 to 504 would be a gateway that lives and fails.
        Assert.All(walks, walk =>
        {
            Assert.True(walk.Hiccups.Length <= Kills, string.Join("; ", walk.Hiccups));
            Assert.DoesNotContain(walk.Hiccups, hiccup => hiccup.EndsWith(": 502", StringComparison.Ordinal)
                || hiccup.EndsWith(": 503", StringComparison.Ordinal) || hiccup.EndsWith(": 504", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Should_fail_no_request_at_all_where_no_gateway_is_killed()
    {
        var walks = await WalkThroughAsync(kills: 4, first: 1_000, "control", "migration", "adapters");

        Assert.All(walks, walk => Assert.Empty(walk.Hiccups));
    }

    /// <summary>Shoppers at both sides, while one of the victims at a time is killed and started again.</summary>
    private async Task<IReadOnlyCollection<WalkFacts>> WalkThroughAsync(int kills, int first, params string[] victims)
    {
        await Town.ShiftAsync("catalog", 60);
        await Town.ShiftAsync("checkout", 50);
        await Town.ShiftAsync("account", 40);
        var random = new Random(Seed);
        using var crowd = new ShopperCrowd(Shoppers, rate: 2);
        var walking = crowd.RunAsync(walks: null, first, Cancelled);
        for (var i = 0; i < kills; i++)
        {
            await MoreWalksAsync(crowd);
            var victim = Town[i < victims.Length ? victims[i] : victims[random.Next(victims.Length)]];

            // A random moment is what the fact is about; nothing is waited for.
            await Task.Delay(random.Next(1_000), Cancelled);
            victim.Kill();
            await MoreWalksAsync(crowd);
            await victim.StartAsync();
        }

        await MoreWalksAsync(crowd);
        await CloseAsync(crowd, walking);
        await Books.ShouldAgreeAsync(Cancelled);
        return crowd.Walks;
    }
}
