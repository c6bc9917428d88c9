using Hub.Commerce;
using Hub.Town.Business;
using Hub.Town.Business.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Town.Tests;

public sealed class FetchTownOrdersTests(TownBench bench) : IClassFixture<TownBench>
{
    [Fact]
    public async Task Fetch_ManyAtTheSameSecond_GivesEachOverThePages()
    {
        // 45 orders of one second: more than two of the marketplace's pages.
        var since = bench.Time.GetUtcNow();
        for (var i = 0; i < 45; i++)
        {
            await bench.BuyAsync();
        }

        await bench.TurnDialAsync(bench.Addresses.Marketplace, new FaultDial(DuplicateRate: 0.5));
        var source = bench.Make<IOrderSource>(services => services.AddTownMarketplace(
            new TownMarketplaceOptions { Vendor = "town-marketplace", Address = bench.Addresses.Marketplace, Token = bench.Token(TownTokens.Marketplace) }));
        var keys = new List<OrderKey>();
        string? page = null;
        do
        {
            var fetched = Assert.IsType<CallOutcome<OrderPage>.Done>(
                await source.FetchAsync(since, page, TestContext.Current.CancellationToken)).Value;
            keys.AddRange(fetched.Orders.Select(order => order.Key));
            page = fetched.Next;
        }
        while (page is not null);

        Assert.Equal(45, keys.Distinct().Count());
        Assert.True(keys.Count > 45, "The dial asked for orders that come twice.");
        Assert.All(keys, key => Assert.Equal("market", key.Channel));
    }

    [Fact]
    public async Task Enter_SameOrderTwice_IsOneOrderOfTheShop()
    {
        var shop = bench.Make<IOrderEntry>(services => services.AddTownShop(
            new TownShopOptions { Vendor = "town-shop", Address = bench.Addresses.Legacy, Token = bench.Token("town-partner") }));
        var order = TownBench.Order("market/twice");

        var first = await shop.EnterAsync(order, TestContext.Current.CancellationToken);
        Assert.Equal(first, await shop.EnterAsync(order, TestContext.Current.CancellationToken));
        Assert.IsType<CallOutcome<string>.Done>(first);
    }
}
