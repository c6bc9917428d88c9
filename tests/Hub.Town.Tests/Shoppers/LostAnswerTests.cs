using Hub.Storage;
using Hub.Town.Shoppers;
using Hub.Town.Tests.Legacy;

namespace Hub.Town.Tests.Shoppers;

public sealed class LostAnswerTests(LegacyTown town) : IClassFixture<LegacyTown>
{
    [Theory]
    [InlineData(WalkKind.Guest)]
    [InlineData(WalkKind.Customer)]
    [InlineData(WalkKind.App)]
    public async Task RunAsync_FirstAnswerOfEveryWriteIsLost_EndsAsIfNothingHadBeen(WalkKind kind)
    {
        await using var door = await CuttingDoor.OpenAsync(town.Address);
        var undisturbed = await Walk.RunAsync(new ShopperOptions { Shop = town.Address, Seed = 3 }, 51, kind, TestContext.Current.CancellationToken);
        var before = Orders();

        var facts = await Walk.RunAsync(new ShopperOptions { Shop = door.Address, Seed = 3, Settling = TimeSpan.Zero }, 51, kind, TestContext.Current.CancellationToken);

        Assert.Equal(undisturbed.Essence(), facts.Essence());
        Assert.True(facts.Hiccups.Length >= door.Cut.Count, string.Join(", ", facts.Hiccups));
        Assert.Contains(door.Cut, path => path is "/checkout" or "/api/orders");
        Assert.Equal(before + 1, Orders());
        Assert.NotNull(facts.Order);
    }

    [Fact]
    [Trait("Rule", "5")]
    public async Task RunAsync_FirstFormOfEachKindSentBack_FilledInAgainAndCounted()
    {
        await using var door = await CuttingDoor.OpenAsync(town.Address, sendsBack: true);
        var undisturbed = await Walk.RunAsync(new ShopperOptions { Shop = town.Address, Seed = 4 }, 52, WalkKind.Customer, TestContext.Current.CancellationToken);
        var before = Orders();

        var facts = await Walk.RunAsync(new ShopperOptions { Shop = door.Address, Seed = 4, Settling = TimeSpan.Zero }, 52, WalkKind.Customer, TestContext.Current.CancellationToken);

        Assert.Equal(undisturbed.Essence(), facts.Essence());
        Assert.Equal(3, facts.SentBack);
        Assert.Equal(before + 1, Orders());
    }

    private long Orders() => town.Database.Read(db => db.QueryNumber($"SELECT COUNT(*) FROM Orders")!.Value);
}
