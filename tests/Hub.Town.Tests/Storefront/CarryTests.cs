using System.Net;
using System.Net.Http.Json;
using Hub.Town.Services.Cart;
using Hub.Town.Storefront.Carrying;

namespace Hub.Town.Tests.Storefront;

[Trait("Rule", "7")]
public sealed class CarryTests : NewSide
{
    private static readonly CarryEnd New = new("new", "k1", null);

    [Fact]
    public async Task Carry_NewToLegacyWithoutASession_MakesOneAndCarriesOnce()
    {
        await StartStorefront();
        await Carts().Add("k1", new AddLine(17, 2), Cancellation);
        var request = new CarryRequest("carts", "c1", New, New with { Side = "legacy" }, null, null);

        var first = await Carry(request);
        var again = await Carry(request);
        using var legacy = WithCookies(first.SetCookies);
        var cart = await legacy.Get("/cart");

        Assert.Equal(1, first.Lines);
        Assert.Equal(first.SetCookies, again.SetCookies);
        Assert.Equal("2", cart.Find("[data-line]")!.GetAttribute("data-quantity"));
        Assert.Empty((await Carts().Read("k1", Cancellation)).Lines);
    }

    [Fact]
    public async Task Carry_LegacysSessionToNewAndToAnAccount_ArrivesThere()
    {
        await StartStorefront();
        using var legacy = Browse(Legacy);
        await legacy.Post("/cart/add", new() { ["productId"] = "17", ["quantity"] = "3" });
        var cookie = $"SHOPSESSION={legacy.Cookies.GetAllCookies()["SHOPSESSION"]!.Value}; other=1";
        var toNew = new CarryRequest("carts", "c1", new("legacy", "k1", null), New, cookie, null);
        var toAccount = new CarryRequest("carts", "c2", New, new("legacy", "k1", "5"), null, null);

        await Carry(toNew);
        await Carry(toNew);
        var atNew = await Carts().Read("k1", Cancellation);
        var carried = await Carry(toAccount);
        await Carry(toAccount);

        Assert.Equal(3, Assert.Single(atNew.Lines).Quantity);
        Assert.Null((await legacy.Get("/cart")).Find("[data-line]"));
        Assert.Empty(carried.SetCookies);
        Assert.Equal(3, Assert.Single((await AccountCart(5)).Lines).Quantity);
    }

    [Fact]
    public async Task Carry_FromKeyToKey_MergesTheLines()
    {
        await StartStorefront();
        await Carts().Add("k1", new AddLine(17, 2), Cancellation);
        await Carts().Add("k2", new AddLine(17, 1), Cancellation);
        var request = new CarryRequest("carts", "c1", New, New with { Key = "k2" }, null, null);

        await Carry(request);
        await Carry(request);

        Assert.Empty((await Carts().Read("k1", Cancellation)).Lines);
        Assert.Equal(3, Assert.Single((await Carts().Read("k2", Cancellation)).Lines).Quantity);
    }

    [Theory]
    [InlineData(false, false)] // killed before anything was taken
    [InlineData(true, false)] // killed between taking and merging
    [InlineData(true, true)] // killed between merging and writing it down
    public async Task Carry_KilledInBetween_IsFinishedAtTheNextStart(bool taken, bool merged)
    {
        await Carts().Add("k1", new AddLine(17, 2), Cancellation);
        var store = new CarryStore(OwnStore());
        var carry = store.Begin(new Carry("c1", New, new("legacy", "k1", "5"), null));
        var lines = taken ? (await Carts().Take("k1", "c1", Cancellation)).Lines : [];
        if (merged)
        {
            using var legacy = new LegacyCarts(Legacy);
            await legacy.Merge(carry.To, null, new MergeLines("c1", lines), Cancellation);
        }

        await StartStorefront();
        await Until(() => Task.FromResult(store.Open().Count == 0));

        Assert.Empty((await Carts().Read("k1", Cancellation)).Lines);
        Assert.Equal(2, Assert.Single((await AccountCart(5)).Lines).Quantity);
    }

    [Fact]
    public async Task Carry_ToASessionThatNobodyWaitsForAnyMore_GoesBack()
    {
        await Carts().Add("k1", new AddLine(17, 2), Cancellation);
        var store = new CarryStore(OwnStore());
        store.Begin(new Carry("c1", New, New with { Side = "legacy" }, null));
        await Carts().Take("k1", "c1", Cancellation);

        await StartStorefront();
        await Until(() => Task.FromResult(store.Open().Count == 0));
        using var refused = await Post(new CarryRequest("carts", "c1", New, New with { Side = "legacy" }, null, null));

        Assert.Equal(2, Assert.Single((await Carts().Read("k1", Cancellation)).Lines).Quantity);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Fact]
    public async Task Carry_OfAnotherDatasetOrToAnUnknownAccount_IsRefusedAndLosesNothing()
    {
        await StartStorefront();
        await Carts().Add("k1", new AddLine(17, 2), Cancellation);

        using var other = await Post(new CarryRequest("wishes", "c1", New, New, null, null));
        using var unknown = await Post(new CarryRequest("carts", "c2", New, new("legacy", "k1", "9999"), null, null));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Conflict), (other.StatusCode, unknown.StatusCode));
        Assert.Equal(2, Assert.Single((await Carts().Read("k1", Cancellation)).Lines).Quantity);
    }

    private async Task<CarryAnswer> Carry(CarryRequest request)
    {
        using var answer = await Post(request);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<CarryAnswer>(Cancellation))!;
    }

    private async Task<HttpResponseMessage> Post(CarryRequest request)
    {
        using var hub = Browse(Shop);
        return await hub.Http.PostAsJsonAsync("/internal/carry", request, Cancellation);
    }

    private async Task<CartItem> AccountCart(int account)
    {
        using var partner = Browse(Legacy);
        partner.Http.DefaultRequestHeaders.Add("X-Partner-Key", "town-partner");
        return (await partner.Http.GetFromJsonAsync<CartItem>($"/partner/carts/{account}", Cancellation))!;
    }

    private Browser WithCookies(IEnumerable<string> setCookies)
    {
        var browser = Browse(Legacy);
        foreach (var cookie in setCookies)
        {
            browser.Cookies.SetCookies(Legacy, cookie);
        }

        return browser;
    }
}
