using Hub.Town.Shoppers;

namespace Hub.Acceptance;

public sealed class When_the_whole_hub_process_is_killed(TownOfOneHub fixture) : TownScenario(fixture), IClassFixture<TownOfOneHub>
{
    private const int Kills = 3;

    [Fact]
    public async Task Should_stand_as_before_with_every_cart_and_every_order_once()
    {
        using var atLegacy = new Visitor(Town.Shop);
        await atLegacy.AddAsync(product: 3, quantity: 2);
        await Town.ShiftAsync("catalog", 70);
        await Town.ShiftAsync("checkout", 100);
        await Town.ShiftAsync("account", 30);
        using var atNew = new Visitor(Town.Shop);
        await atNew.AddAsync(product: 5, quantity: 1);
        var groups = await GroupsAsync();
        var positions = await PositionsAsync();

        var random = new Random(Seed);
        using var crowd = new ShopperCrowd(Shoppers, rate: 2);
        var walking = crowd.RunAsync(walks: null, first: 0, Cancelled);
        for (var i = 0; i < Kills; i++)
        {
            await MoreWalksAsync(crowd);

            // A random moment is what the fact is about; nothing is waited for.
            await Task.Delay(random.Next(1_000), Cancelled);
            Town["hub"].Kill();
            await Town["hub"].StartAsync();
            Assert.Equal(groups, await GroupsAsync());
        }

        await CloseAsync(crowd, walking);
        await Books.ShouldAgreeAsync(Cancelled);
        var (legacySide, legacyCart) = await atLegacy.CartAsync();
        Assert.Equal(("legacy", "3×2"), (legacySide, Text(legacyCart)));
        var (newSide, newCart) = await atNew.CartAsync();
        Assert.Equal(("new", "5×1"), (newSide, Text(newCart)));
        Assert.All((await PositionsAsync()).Zip(positions), pair =>
            Assert.True(pair.First.Position >= pair.Second.Position, $"{pair.First} was at {pair.Second.Position}"));
    }

    private static string Text(IEnumerable<KeyValuePair<int, int>> cart) => string.Join(", ", cart.Select(line => $"{line.Key}×{line.Value}"));

    private async Task<string> GroupsAsync() => string.Join(
        "; ", (await Town.Control.GetGroupsAsync(Cancelled)).Select(group => $"{group.Name} {group.Share} {group.RolledBack}"));

    private async Task<List<(string Target, long Position)>> PositionsAsync() =>
    [
        .. from dataset in await Town.Control.GetDatasetsAsync(Cancelled)
           from target in dataset.Targets
           select ($"{dataset.Name} {target.Name}", long.Parse(target.Position, System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
