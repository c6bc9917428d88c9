using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Town.Services.Cart;
using Hub.Town.Storefront.Checkout;

namespace Hub.Town.Tests.Storefront;

[Trait("Rule", "6")]
public sealed class CheckoutTests : NewSide
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private static readonly (string, string)[] Address =
    [
        ("name", "Anna"), ("email", "anna@town.test"), ("street", "Market Square 1"), ("zip", "12345"), ("city", "Town"), ("country", "DE"),
    ];

    [Fact]
    public async Task Checkout_Bought_IsAnOrderAtLegacyAtThePriceShown()
    {
        await StartStorefront();
        using var shop = Browse(Shop, Key);
        var form = await FillCart(shop);
        var total = form.Find("[data-cart-total]")!.GetAttribute("data-cart-total");

        var bought = await shop.Submit(form, "form.checkout", Address);
        var done = await shop.Get(bought.Location!);

        Assert.Equal(HttpStatusCode.SeeOther, bought.Status);
        Assert.StartsWith("/checkout/done/L", bought.Location, StringComparison.Ordinal);
        Assert.Equal(total, done.Find(".done")!.GetAttribute("data-order-total"));
        Assert.Equal(1, OrdersAtLegacy("new"));
        Assert.Empty((await Carts().Read(Key, Cancellation)).Lines);
    }

    [Theory]
    [InlineData(Meddling.HoldAnswer)]
    [InlineData(Meddling.CutAfter)]
    [InlineData(Meddling.ErrorAfter)]
    internal async Task Checkout_LegacyTookItAndItsAnswerWasLost_IsOneOrderSentOnce(Meddling meddling)
    {
        await StartStorefront();
        using var shop = Browse(Shop, Key);
        var form = await FillCart(shop);
        Meddler.Meddling = meddling;

        var bought = await shop.Submit(form, "form.checkout", Address);

        Assert.StartsWith("/checkout/done/L", bought.Location, StringComparison.Ordinal);
        Assert.Equal((1, 1L), (Meddler.Orders, OrdersAtLegacy("new")));
    }

    [Fact]
    public async Task Checkout_TakesLongerThanThePatience_ShowsThatItIsUnderWayAndThenTheOrder()
    {
        await StartStorefront(patience: TimeSpan.Zero);
        using var shop = Browse(Shop, Key);
        using var stranger = Browse(Shop, "another");
        var form = await FillCart(shop);
        Meddler.Meddling = Meddling.HoldAnswer;

        var underWay = await shop.Submit(form, "form.checkout", Address);
        var look = $"/checkout?attempt={underWay.Find(".placing")!.GetAttribute("data-attempt")}";
        var strangers = await stranger.Get(look);
        Assert.NotNull(underWay.Find("meta[http-equiv=refresh]"));
        Seen? seen = null;
        await Until(async () => (seen = await shop.Get(look)).Location is not null);

        Assert.Equal((HttpStatusCode.OK, "/cart"), (underWay.Status, strangers.Location));
        Assert.StartsWith("/checkout/done/L", seen!.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkout_LegacyNeverGotIt_ShowsTheFormAgainWithTheCartAndNoOrder()
    {
        await StartStorefront();
        using var shop = Browse(Shop, Key);
        var form = await FillCart(shop);
        Meddler.Meddling = Meddling.CutBefore;

        var answer = await shop.Submit(form, "form.checkout", Address);
        var refused = await shop.Get(answer.Location!);
        Meddler.Meddling = Meddling.None;
        var bought = await shop.Submit(refused, "form.checkout", Address);

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.OK), (answer.Status, refused.Status));
        Assert.NotNull(refused.Find(".problem"));
        Assert.Equal(form.Find("[data-cart-total]")!.OuterHtml, refused.Find("[data-cart-total]")!.OuterHtml);
        Assert.Equal((HttpStatusCode.SeeOther, 1L), (bought.Status, OrdersAtLegacy("new")));
    }

    [Fact]
    public async Task Checkout_FormOfARefusedAttemptSentAgain_IsTriedAgain()
    {
        await StartStorefront();
        using var shop = Browse(Shop, Key);
        var form = await FillCart(shop);
        Meddler.Meddling = Meddling.CutBefore;
        await shop.Submit(form, "form.checkout", Address);
        Meddler.Meddling = Meddling.None;

        var both = await Task.WhenAll(shop.Submit(form, "form.checkout", Address), shop.Submit(form, "form.checkout", Address));

        Assert.StartsWith("/checkout/done/L", both[0].Location, StringComparison.Ordinal);
        Assert.Equal((both[0].Location, 1L), (both[1].Location, OrdersAtLegacy("new")));
    }

    [Fact]
    public async Task Checkout_FormSentTwice_IsTheSameOrder()
    {
        await StartStorefront();
        using var shop = Browse(Shop, Key);
        var form = await FillCart(shop);

        var both = await Task.WhenAll(shop.Submit(form, "form.checkout", Address), shop.Submit(form, "form.checkout", Address));
        var later = await shop.Submit(form, "form.checkout", Address);

        Assert.Equal([later.Location, later.Location], both.Select(bought => bought.Location));
        Assert.Equal((1, 1L), (Meddler.Orders, OrdersAtLegacy("new")));
    }

    [Fact]
    public async Task Checkout_IncompleteOrWithoutToken_OrdersNothing()
    {
        await StartStorefront();
        using var shop = Browse(Shop, Key);
        var form = await FillCart(shop);

        var incomplete = await shop.Submit(form, "form.checkout", [.. Address, ("street", " ")]);
        var forged = await shop.Submit(form, "form.checkout", [.. Address, ("__token", "00")]);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (incomplete.Status, forged.Status));
        Assert.Contains("all needed", incomplete.Find(".problem")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, Meddler.Orders);
    }

    [Theory]
    [InlineData(AttemptState.Begun, false, 1L, 1)] // killed before it was sent
    [InlineData(AttemptState.Handed, true, 1L, 0)] // killed after legacy took it
    [InlineData(AttemptState.Handed, false, 0L, 0)] // killed before legacy could take it: asked, never sent again
    internal async Task Checkout_KilledInBetween_IsFinishedAtTheNextStart(AttemptState state, bool taken, long orders, int sent)
    {
        var line = (await Carts().Add(Key, new AddLine(17, 2), Cancellation))!.Lines;
        var attempt = new Attempt("killed", Key, null, "anna@town.test", new ShipTo("Anna", "Market Square 1", "Town", "12345", "DE"));
        if (state == AttemptState.Handed)
        {
            await Carts().Take(Key, "order:killed", Cancellation);
            attempt = attempt with { State = state, Lines = line, HandedAt = DateTimeOffset.UnixEpoch };
        }

        if (taken)
        {
            using var legacy = LegacyOrders();
            Assert.NotNull((await legacy.Place(attempt, Cancellation)).Order);
        }

        var store = new AttemptStore(OwnStore());
        store.Begin(attempt);

        await StartStorefront();
        await Until(() => Task.FromResult(store.Open().Count == 0));

        Assert.Equal((orders, sent), (OrdersAtLegacy("new"), Meddler.Orders));
        Assert.Equal(orders == 1 ? AttemptState.Placed : AttemptState.Refused, store.Find("killed")!.State);
        Assert.Equal(orders == 1 ? [] : line, (await Carts().Read(Key, Cancellation)).Lines);
    }

    [Fact]
    public async Task Account_OrderJustPlaced_IsThereBeforeTheFeedBringsIt()
    {
        await StartStorefront();
        using var shop = Browse(Shop, Key, account: 1, name: "Anna");
        var bought = await shop.Submit(await FillCart(shop), "form.checkout", Address);

        var account = await shop.Get("/account");

        Assert.EndsWith(account.Find("tr[data-order]")!.GetAttribute("data-order")!, bought.Location, StringComparison.Ordinal);
        Assert.Equal("shopper1@town.test", account.Find("[data-email]")!.GetAttribute("data-email"));
    }

    [Fact]
    public async Task App_CartAndOrder_AnswerAsLegacyDoes()
    {
        await StartStorefront();
        using var app = Browse(Shop, Key, account: 1, name: "Anna");
        using var nobody = Browse(Shop, Key);

        using var empty = await app.Http.PostAsJsonAsync("/api/orders", Order("a1"), Cancellation);
        using var added = await app.Http.PostAsJsonAsync("/api/cart/items", new { productId = 17, quantity = 2 }, Cancellation);
        var cart = await app.Http.GetFromJsonAsync<JsonElement>("/api/cart", Cancellation);
        using var placed = await app.Http.PostAsJsonAsync("/api/orders", Order("a2"), Cancellation);
        using var again = await app.Http.PostAsJsonAsync("/api/orders", Order("a2"), Cancellation);
        var order = await placed.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var shown = await app.Http.GetFromJsonAsync<JsonElement>($"/api/orders/{order.GetProperty("order")}", Cancellation);
        using var refused = await nobody.Http.GetAsync("/api/cart", Cancellation);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Unauthorized), (empty.StatusCode, refused.StatusCode));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Created), (added.StatusCode, placed.StatusCode));
        Assert.Equal(cart.GetProperty("total").GetDecimal(), order.GetProperty("total").GetDecimal());
        Assert.Equal(order.GetRawText(), (await again.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetRawText());
        Assert.Equal(order.GetProperty("total").GetDecimal(), shown.GetProperty("total").GetDecimal());
        Assert.Equal(1, OrdersAtLegacy("new"));
    }

    private static object Order(string attempt) =>
        new { name = "Anna", street = "Market Square 1", city = "Town", zip = "12345", country = "DE", attempt };

    /// <summary>Puts two of product 17 in, and goes to the checkout.</summary>
    private static async Task<Seen> FillCart(Browser shop)
    {
        var product = await shop.Get("/index.php?route=product/product&product_id=17");
        var added = await shop.Submit(product, "form.buy", ("quantity", "2"));
        Assert.Equal("/cart", added.Location);
        var form = await shop.Get("/checkout");
        Assert.Equal(HttpStatusCode.OK, form.Status);
        return form;
    }
}
