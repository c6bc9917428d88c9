using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Hub.Running;
using Hub.Town.Business;
using Hub.Town.Shoppers;

namespace Hub.Acceptance;

public sealed class When_a_price_changes_at_legacy(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    [Fact]
    public async Task Should_show_it_on_the_page_that_New_renders()
    {
        await Town.ShiftAsync("catalog", 100);
        using var visitor = new Visitor(Town.Shop);
        const string Page = "index.php?route=product/product&product_id=7";
        await visitor.GetAsync(Page);
        Assert.Equal("new", (await visitor.GetAsync(Page)).Side);
        using var shopkeeper = new HttpClient { BaseAddress = Town.Town.Legacy };
        shopkeeper.DefaultRequestHeaders.Add("X-Admin-Key", "town-admin");
        using var changed = await shopkeeper.PostAsJsonAsync("admin/products/7/price", new { price = 1234.56m }, Cancelled);
        changed.EnsureSuccessStatusCode();

        await Eventually.TrueAsync("New's page shows the new price", async () =>
        {
            var seen = await visitor.GetAsync(Page);
            Assert.Equal("new", seen.Side);
            var price = seen.Page.QuerySelector("main [data-price]")?.GetAttribute("data-price");
            return price is not null && decimal.Parse(price, CultureInfo.InvariantCulture) == 1234.56m ? null : $"it shows {price}";
        }, Cancelled);
    }

    [Fact]
    public async Task Should_carry_an_order_of_each_door_once_through_the_hub()
    {
        foreach (var share in new[] { 0, 100 })
        {
            await Town.ShiftAsync("catalog", share);
            await Town.ShiftAsync("checkout", share);
            ShouldBeContent([await WalkAsync(share, WalkKind.Guest), await WalkAsync(share + 1, WalkKind.App)]);
        }

        using var marketplace = new HttpClient { BaseAddress = Town.Town.Marketplace };
        marketplace.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TownTokens.Marketplace);
        using var bought = await marketplace.PostAsync("orders", null, Cancelled);
        bought.EnsureSuccessStatusCode();
        Books.NoteAtMarket();
        await Books.ShouldAgreeAsync(Cancelled);

        var orders = Books.Orders();
        Assert.Equal(["app", "market", "new", "web"], orders.Select(order => order.Channel).Distinct().Order());
        foreach (var order in orders)
        {
            var (exitCode, said) = await Town.HubAsync("order", "show", order.Key);
            Assert.True(exitCode == 0, said);
            Assert.Contains(order.Key, said, StringComparison.Ordinal);
            Assert.Contains((await Books.SalesAsync(Cancelled)).Single(sale => sale.Reference == order.Key).Number, said, StringComparison.Ordinal);
            Assert.Contains("TC0", said, StringComparison.Ordinal);
            Assert.Contains(order.Channel == "market" ? "confirmed" : "shipped", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Should_book_no_order_from_before_the_start()
    {
        // They come with the first copy, by the outbox.
        var (states, known) = (new Dictionary<string, string>(), new List<string>());
        await Eventually.TrueAsync(
            "orders from before the start are known",
            async () =>
            {
                states = (await Town.Control.GetOrdersAsync(1_000, Cancelled)).ToDictionary(order => order.Key, order => order.State);
                known = [.. Books.History.Where(number => states.ContainsKey($"shop/{number}"))];
                return known.Count > 0 ? null : $"{states.Count} others are";
            },
            Cancelled);

        Assert.All(known, number => Assert.Equal("not booked", states[$"shop/{number}"]));
        Assert.DoesNotContain(await Books.SalesAsync(Cancelled), sale => Books.History.Contains(sale.Reference.Split('/')[^1]));
    }
}
