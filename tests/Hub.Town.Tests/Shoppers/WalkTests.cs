using Hub.Storage;
using Hub.Town.Shoppers;
using Hub.Town.Tests.Legacy;

namespace Hub.Town.Tests.Shoppers;

public sealed class WalkTests(LegacyTown town) : IClassFixture<LegacyTown>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ShopperOptions Options => new() { Shop = town.Address, Seed = 7 };

    [Theory]
    [InlineData(WalkKind.Browse)]
    [InlineData(WalkKind.Guest)]
    [InlineData(WalkKind.Customer)]
    [InlineData(WalkKind.App)]
    public async Task RunAsync_SameSeedAgain_EndsWithTheSameFacts(WalkKind kind)
    {
        var first = await Walk.RunAsync(Options, 41, kind, Cancelled);
        var again = await Walk.RunAsync(Options, 41, kind, Cancelled);
        var other = await Walk.RunAsync(new ShopperOptions { Shop = town.Address, Seed = 8 }, 41, kind, Cancelled);

        Assert.Null(first.Broken);
        Assert.Empty(first.Oddities);
        Assert.Empty(first.Hiccups);
        Assert.Equal(first.Essence(), again.Essence());
        Assert.Equal(["legacy"], first.Sides);
        Assert.NotEqual(kind == WalkKind.Browse ? "" : first.Essence(), other.Essence());
    }

    [Theory]
    [InlineData(WalkKind.Guest)]
    [InlineData(WalkKind.Customer)]
    [InlineData(WalkKind.App)]
    public async Task RunAsync_Buyer_OrderStandsOnceInTheBooksAtThePriceSeen(WalkKind kind)
    {
        var facts = await Walk.RunAsync(Options, 42, kind, Cancelled);

        var total = town.Database.Read(db => db.Query($"SELECT Total FROM Orders WHERE OrderNumber = {facts.Order}", row => row.GetDecimal(0)));
        Assert.Equal([facts.OrderTotal!.Value], total);
        Assert.Equal(facts.CartTotal, facts.OrderTotal);
        Assert.True(facts.CartLines > 0);
        Assert.Equal(kind == WalkKind.Guest, facts.LoggedInAs is null);
    }

    [Fact]
    public async Task RunAsync_NobodyThere_SaysSoWhenPatienceEnds()
    {
        var options = new ShopperOptions { Shop = new Uri("http://127.0.0.1:9/"), Patience = TimeSpan.Zero };

        var facts = await Walk.RunAsync(options, 1, WalkKind.Browse, Cancelled);

        Assert.StartsWith("home:", facts.Broken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_OneOfTwoGatewaysGone_GoesToTheOther()
    {
        var options = new ShopperOptions { Shop = new Uri("http://shop.town.test/"), Gateways = [new Uri("http://127.0.0.1:9/"), town.Address] };

        var facts = await Walk.RunAsync(options, 43, WalkKind.Guest, Cancelled);

        Assert.Null(facts.Broken);
        Assert.Empty(facts.Hiccups);
        Assert.Empty(facts.Oddities);
    }

    [Fact]
    public async Task RunAsync_Crowd_CountsEveryAcceptedOrder()
    {
        using var crowd = new ShopperCrowd(Options, rate: 1000);

        await crowd.RunAsync(30, first: 100, Cancelled);

        Assert.Equal(30, crowd.Tally.Walks);
        Assert.Empty(crowd.Tally.ErrorsByStep);
        Assert.Equal(0, crowd.Tally.Oddities);
        Assert.NotEmpty(crowd.Orders);
        Assert.Equal(crowd.Tally.Orders, crowd.Orders.Length);
        var booked = town.Database.Read(db => db.Query($"SELECT OrderNumber FROM Orders", row => row.GetString(0)));
        Assert.All(crowd.Orders, order => Assert.Contains(order.Number, booked));
        Assert.Equal(crowd.Orders.Length, crowd.Orders.DistinctBy(order => order.Number).Count());
    }

    [Fact]
    public async Task Close_CrowdWithoutEnd_LetsThoseInsideEndTheirWalks()
    {
        using var crowd = new ShopperCrowd(Options, rate: 50);
        var running = crowd.RunAsync(walks: null, first: 140, Cancelled);
        var start = TimeProvider.System.GetTimestamp();
        while (crowd.Tally.Walks < 3)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(2), "no walk ends");
            await Task.Delay(10, Cancelled);
        }

        crowd.Close();
        await running;

        Assert.True(crowd.Tally.Walks >= 3);
        Assert.Empty(crowd.Tally.ErrorsByStep);
    }

    [Fact]
    public async Task RunAsync_Crawler_FindsNoBrokenLinkAndNoneAroundTheShop()
    {
        var facts = await Crawler.RunAsync(Options, pages: 120, cancellationToken: Cancelled);

        Assert.Equal(120, facts.Pages);
        Assert.Empty(facts.Broken);
        Assert.Empty(facts.Oddities);
    }
}
