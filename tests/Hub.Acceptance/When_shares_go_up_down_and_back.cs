using Hub.Control.Protocol;
using Hub.Town.Shoppers;

namespace Hub.Acceptance;

public sealed class When_shares_go_up_down_and_back(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    private static readonly string[] Groups = ["catalog", "checkout", "account"];

    [Fact]
    public async Task Should_end_every_walk_with_the_same_facts_at_every_stage()
    {
        await AllAsync(0);
        var before = await WalkEachKindAsync(2);
        ShouldBeContent(before);
        Assert.All(before, walk => Assert.Equal(["legacy"], walk.Sides));

        await Stage("a part of the catalog's readers", () => Town.ShiftAsync("catalog", 50));
        var everything = await Stage("all of everything", () => AllAsync(100));
        Assert.All(everything, walk => Assert.Contains("new", walk.Sides));
        await Stage("the catalog back", () => Town.ShiftAsync("catalog", 0));
        await Stage("the checkout half way down", () => Town.ShiftAsync("checkout", 50));
        await Stage("the account down", () => Town.ShiftAsync("account", 0));
        await AllAsync(100);
        var after = await Stage("all rolled back", () => Town.Control.RollbackAllAsync(new RollbackGroup(Wait: true), Cancelled));
        Assert.All(after, walk => Assert.Equal(["legacy"], walk.Sides));
        await Books.ShouldAgreeAsync(Cancelled);

        async Task<IReadOnlyList<WalkFacts>> Stage(string name, Func<Task> flip)
        {
            await flip();
            var walks = await WalkEachKindAsync(2);
            ShouldBeTheSame(name, before, walks);
            Assert.All(walks, walk => Assert.Equal(0, walk.SentBack));
            return walks;
        }
    }

    [Fact]
    public async Task Should_end_every_walk_with_the_same_facts_when_shares_change_on_its_way()
    {
        const int Times = 4;
        await AllAsync(0);
        var before = await WalkEachKindAsync(Times);
        ShouldBeContent(before);

        var random = new Random(Seed);
        for (var round = 0; round < 2; round++)
        {
            var walking = WalkEachKindAsync(Times);
            while (!walking.IsCompleted)
            {
                await FlipAsync(random);
                await Task.Delay(random.Next(20, 200), Cancelled);
            }

            ShouldBeTheSame($"round {round}", before, await walking);
        }

        await Books.ShouldAgreeAsync(Cancelled);
    }

    private static void ShouldBeTheSame(string stage, IEnumerable<WalkFacts> before, IEnumerable<WalkFacts> walks) => Assert.All(
        before.Zip(walks), pair => Assert.Equal($"{stage}: {pair.First.Essence()}", $"{stage}: {pair.Second.Essence()}"));

    private Task AllAsync(decimal share) => Groups.Aggregate(
        Task.CompletedTask, async (before, group) =>
        {
            await before;
            await Town.ShiftAsync(group, share);
        });

    private async Task FlipAsync(Random random)
    {
        var group = Groups[random.Next(Groups.Length)];
        if (random.Next(4) == 0)
        {
            await Town.Control.RollbackGroupAsync(group, new RollbackGroup(Wait: true), Cancelled);
        }
        else
        {
            await Town.ShiftAsync(group, random.Next(0, 5) * 25);
        }
    }
}
