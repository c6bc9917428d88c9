using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hub.Storage;
using Hub.Town.Legacy.Orders;

namespace Hub.Town.Tests.Legacy;

/// <summary>The legacy shop's APIs: the app's, the partners', the payment provider's.</summary>
public sealed class LegacyApiTests(LegacyTown town) : IClassFixture<LegacyTown>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task App_CartAndOrder_SameAttemptIsTheSameOrder()
    {
        using var app = town.Browser(cookies: false);
        using var token = await app.PostAsJsonAsync("/api/token", new { email = "shopper31@town.test", password = "town" }, Cancelled);
        app.WithToken((string)(await Read(token))["token"]!);
        using var added = await app.PostAsJsonAsync("/api/cart/items", new { productId = 8, quantity = 2 }, Cancelled);
        using var other = await app.PostAsJsonAsync("/api/cart/items", new { productId = 9 }, Cancelled);
        using var removed = await app.DeleteAsync("/api/cart/items/9", Cancelled);
        var cart = JsonNode.Parse(await app.Text("/api/cart"))!;
        var order = new { name = "A", street = "S", city = "C", zip = "1", country = "DE", attempt = "attempt-31" };

        using var first = await app.PostAsJsonAsync("/api/orders", order, Cancelled);
        using var again = await app.PostAsJsonAsync("/api/orders", order, Cancelled);
        using var empty = await app.PostAsJsonAsync("/api/orders", order with { attempt = "another" }, Cancelled);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        var placed = await Read(first);
        Assert.Equal((decimal)cart["total"]!, (decimal)placed["total"]!);
        Assert.Equal((string?)placed["order"], (string?)(await Read(again))["order"]);
        Assert.Equal(HttpStatusCode.Conflict, empty.StatusCode);
        Assert.Equal((decimal)placed["total"]!, (decimal)JsonNode.Parse(await app.Text($"/api/orders/{placed["order"]}"))!["total"]!);
    }

    [Fact]
    [Trait("Rule", "6")]
    public async Task PartnerOrder_SameReferenceTwice_IsOneOrder()
    {
        using var partner = town.Browser().WithPartnerKey();
        var order = await Order("ref-1", 15);

        using var first = await partner.PostAsJsonAsync("/partner/orders", order, Cancelled);
        using var second = await partner.PostAsJsonAsync("/partner/orders", order, Cancelled);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal((string?)(await Read(first))["order"], (string?)(await Read(second))["order"]);
        Assert.Contains((string)(await Read(first))["order"]!, await partner.Text("/partner/orders?reference=ref-1"), StringComparison.Ordinal);
        using var unknown = await partner.GetAsync("/partner/orders?reference=ref-unknown", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task PartnerOrder_PriceOrTotalThatDoesNotFit_Refused()
    {
        using var partner = town.Browser().WithPartnerKey();
        var fits = await Order("ref-2", 16);
        var wrongPrice = fits.DeepClone();
        wrongPrice["lines"]![0]!["unitPrice"] = 1.23m;
        wrongPrice["total"] = 1.23m;
        var wrongTotal = fits.DeepClone();
        wrongTotal["total"] = 1;
        var sold = wrongPrice.DeepClone();
        sold["channel"] = "market";

        using var price = await partner.PostAsJsonAsync("/partner/orders", wrongPrice, Cancelled);
        using var total = await partner.PostAsJsonAsync("/partner/orders", wrongTotal, Cancelled);
        using var market = await partner.PostAsJsonAsync("/partner/orders", sold, Cancelled);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, price.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, total.StatusCode);
        Assert.Equal(HttpStatusCode.Created, market.StatusCode);
    }

    [Fact]
    public async Task PartnerOrder_PriceOfAMomentAgo_Taken()
    {
        using var partner = town.Browser().WithPartnerKey();
        partner.DefaultRequestHeaders.Add("X-Admin-Key", "town-admin");
        var atOldPrice = await Order("ref-3", 18);
        using var raised = await partner.PostAsJsonAsync("/admin/products/18/price", new { price = 777.5m }, Cancelled);
        var atNewPrice = await Order("ref-4", 18);

        using var old = await partner.PostAsJsonAsync("/partner/orders", atOldPrice, Cancelled);
        using var now = await partner.PostAsJsonAsync("/partner/orders", atNewPrice, Cancelled);

        Assert.Equal(HttpStatusCode.Created, old.StatusCode);
        Assert.Equal(HttpStatusCode.Created, now.StatusCode);
        Assert.Equal(777.5m, (decimal)atNewPrice["total"]!);
    }

    [Fact]
    [Trait("Rule", "7")]
    public async Task PartnerCart_CarriedTwiceUnderOneKey_MergedOnce()
    {
        using var partner = town.Browser(cookies: false).WithPartnerKey();
        partner.DefaultRequestHeaders.Add("Idempotency-Key", "carry-1");
        var lines = new { lines = new[] { new { productId = 5, quantity = 2, unitPrice = 3.5m } } };

        using var first = await partner.PutAsJsonAsync("/partner/carts/session", lines, Cancelled);
        using var again = await partner.PutAsJsonAsync("/partner/carts/session", lines, Cancelled);

        Assert.Equal(first.Cookie("SHOPSESSION"), again.Cookie("SHOPSESSION"));
        using var browser = town.Browser(cookies: false).WithPartnerKey();
        browser.DefaultRequestHeaders.Add("Cookie", first.Cookie("SHOPSESSION")!.Split(';')[0]);
        Assert.Contains("\"total\":7", await browser.Text("/minicart"), StringComparison.Ordinal);
        using var deleted = await browser.DeleteAsync("/partner/carts/session", Cancelled);
        Assert.Contains("\"lines\":[]", await browser.Text("/partner/carts/session"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PaymentCallback_RightAndWrongSignature_OnlyTheRightOnePays()
    {
        using var partner = town.Browser(cookies: false).WithPartnerKey();
        using var placed = await partner.PostAsJsonAsync("/partner/orders", await Order("ref-5", 19), Cancelled);
        var order = (string)(await Read(placed))["order"]!;

        using var wrong = await partner.Post("/payment/callback", ("order", order), ("status", "paid"), ("signature", "00"));
        using var right = await partner.Post("/payment/callback", ("order", order), ("status", "paid"), ("signature", TakePayment.Sign(order, "paid")));
        var paidOn = PaidOn(order);
        using var again = await partner.Post("/payment/callback", ("order", order), ("status", "paid"), ("signature", TakePayment.Sign(order, "paid")));
        using var unknown = await partner.Post("/payment/callback", ("order", "L1"), ("status", "paid"), ("signature", TakePayment.Sign("L1", "paid")));

        Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        Assert.Equal("ok", await right.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal("ok", await again.Content.ReadAsStringAsync(Cancelled));
        Assert.NotNull(paidOn);
        Assert.Equal(paidOn, PaidOn(order));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task ChangePrice_WithoutKeyOrNonsense_Refused()
    {
        using var browser = town.Browser();
        using var stranger = await browser.PostAsJsonAsync("/admin/products/1/price", new { price = 1 }, Cancelled);
        browser.DefaultRequestHeaders.Add("X-Admin-Key", "town-admin");
        using var negative = await browser.PostAsJsonAsync("/admin/products/1/price", new { price = -1 }, Cancelled);
        using var unknown = await browser.PostAsJsonAsync("/admin/products/9999/price", new { price = 1 }, Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, negative.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private async Task<JsonNode> Order(string reference, int product)
    {
        using var browser = town.Browser();
        var found = JsonNode.Parse(await browser.Text($"/api/products/{product}"))!;
        var price = (decimal)found["price"]!;
        return new JsonObject
        {
            ["reference"] = reference,
            ["channel"] = "new",
            ["email"] = "new@town.test",
            ["lines"] = new JsonArray(new JsonObject { ["sku"] = (string?)found["sku"], ["quantity"] = 1, ["unitPrice"] = price }),
            ["total"] = price,
            ["currency"] = "EUR",
            ["ship"] = new JsonObject { ["name"] = "A", ["street"] = "S", ["city"] = "C", ["zip"] = "1", ["country"] = "DE" },
        };
    }

    private string? PaidOn(string order) => town.Database.Read(db =>
        db.Query($"SELECT PaidOn FROM Orders WHERE OrderNumber = {order}", row => row.TextOrNull(0)).Single());

    private static async Task<JsonNode> Read(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
}
