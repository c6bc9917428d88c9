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
    public async Task Fetch_OneOrderUnreadable_GivesTheOthersAndSaysWhy()
    {
        const string buyer = """{"email":"a@b.example","name":"A","street":"S","city":"C","zip":"Z","country":"DE"}""";
        await using var vendor = await HostileVendor.StartAsync("application/json", $$$"""
            {"orders":[
              {"id":"M-1","placedAt":"2027-01-31T06:00:00Z","buyer":{{{buyer}}},"items":[{"sku":"TS-001","title":"T","quantity":1,"price":5}],"total":5,"currency":"EUR"},
              {"id":"M-2","placedAt":"2027-01-31T06:00:00Z","buyer":{{{buyer}}},"items":[{"sku":" ","title":"T","quantity":1,"price":5}],"total":5,"currency":"EUR"},
              {"id":"M-3","placedAt":"yesterday"}, {"id":{}}, null,
              {"id":"M-4","placedAt":"2027-01-31T06:00:00Z","buyer":null,"items":[null],"total":5,"currency":"EUR"},
              {"id":"M-5","placedAt":"2027-01-31T06:00:00Z","buyer":{{{buyer}}},"items":[null],"total":5,"currency":"EUR"}],"next":null}
            """);
        var page = Assert.IsType<CallOutcome<OrderPage>.Done>(await Marketplace(vendor.Address).FetchAsync(
            bench.Time.GetUtcNow(), null, TestContext.Current.CancellationToken)).Value;

        Assert.Equal("market/M-1", Assert.Single(page.Orders).Key.ToString());
        Assert.Equal(6, page.Unreadable.Length);
        Assert.Equal(["market/M-2", "market/M-3"], page.Unreadable.Take(2).Select(order => order.Key.ToString()));
        Assert.Contains("no article number", page.Unreadable[0].Reason, StringComparison.Ordinal);
        Assert.All(page.Unreadable, order => Assert.NotEmpty(order.Body));
    }

    [Theory]
    [InlineData("text/html", "<html><body>We are down for maintenance</body></html>")]
    [InlineData("application/json", "{\"next\":null}")]
    [InlineData("application/json", "{\"orders\":")]
    [InlineData("application/json", "")]
    public async Task Fetch_AnswerThatIsNoPage_IsNoPage(string type, string body)
    {
        await using var vendor = await HostileVendor.StartAsync(type, body);

        Assert.IsType<CallOutcome<OrderPage>.Unknown>(await Marketplace(vendor.Address).FetchAsync(
            bench.Time.GetUtcNow(), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Fetch_AnswerWithoutEnd_IsCut()
    {
        await using var vendor = await HostileVendor.StartAsync("application/json", body: null);

        Assert.IsType<CallOutcome<OrderPage>.Unknown>(await Marketplace(vendor.Address).FetchAsync(
            bench.Time.GetUtcNow(), null, TestContext.Current.CancellationToken));
        Assert.True(vendor.Sent < 256 * 1024 * 1024, $"{vendor.Sent} bytes were read.");
    }

    private IOrderSource Marketplace(Uri address) => bench.Make<IOrderSource>(services => services.AddTownMarketplace(
        new TownMarketplaceOptions { Vendor = "town-marketplace", Address = address, Token = bench.Token(TownTokens.Marketplace) }));

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
