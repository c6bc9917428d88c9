using System.Net;
using System.Net.Http.Json;
using Hub.Storage;
using Hub.Town.Services;
using Hub.Town.Services.Cart;
using Hub.Town.Services.Customer;
using Hub.Town.Services.Inventory;
using Hub.Town.Services.Order;
using Hub.Town.Services.Product;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Tests.Services;

public sealed class ServicesTests : StandingTown
{
    private readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Product_ListedBySearchAndCategory_TellsPublishedOnesWithTheirSlug()
    {
        FillCatalog();

        var found = await Get<ProductItems>(Town.Addresses.Product, "products?q=TEAPOT");
        var inCategory = await Get<ProductItems>(Town.Addresses.Product, "products?category=1&size=1&page=2");

        Assert.Equal("blue-teapot", Assert.Single(found.Products).Slug);
        Assert.Equal((2L, 2L), (inCategory.Total, Assert.Single(inCategory.Products).Id));
    }

    [Theory]
    [InlineData("slugs/blue-teapot", HttpStatusCode.OK)]
    [InlineData("slugs/none", HttpStatusCode.NotFound)]
    [InlineData("products/1", HttpStatusCode.OK)]
    [InlineData("products/3", HttpStatusCode.NotFound)] // not published
    [InlineData("categories", HttpStatusCode.OK)]
    [InlineData("topics/1", HttpStatusCode.OK)]
    [InlineData("topics/2", HttpStatusCode.NotFound)]
    [InlineData("health/ready", HttpStatusCode.OK)]
    public async Task Product_Asked_AnswersWhatIsThere(string path, HttpStatusCode expected)
    {
        FillCatalog();

        using var answer = await _http.GetAsync(new Uri(Town.Addresses.Product, path), Cancellation);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Price_OfSeveralProducts_KeepsBothPlaces()
    {
        FillCatalog();

        var body = await _http.GetStringAsync(new Uri(Town.Addresses.Pricing, "prices?ids=1,2,none"), Cancellation);

        Assert.Equal(
            """[{"productId":1,"amount":19.90,"currency":"EUR"},{"productId":2,"amount":5.00,"currency":"EUR"}]""", body);
    }

    [Fact]
    public async Task Stock_InTwoWarehouses_IsWhatIsNotReserved()
    {
        Fill("new-inventory.db", $"INSERT INTO stock VALUES (1, 1, 10, 3), (1, 2, 5, 0)");

        var stock = await Get<StockItem>(Town.Addresses.Inventory, "stock/1");

        Assert.Equal(new StockItem(1, 15, 3, 12), stock);
    }

    [Fact]
    public async Task Customer_NoLongerActive_IsNotFound()
    {
        Fill("new-customer.db", $"INSERT INTO customer VALUES (1, 'a@town.test', 'Anna', 1, '2026-01-01T00:00:00Z'), (2, 'b@town.test', 'Bert', 0, '')");

        Assert.Equal("Anna", (await Get<CustomerItem>(Town.Addresses.Customer, "customers/1")).Name);
        using var gone = await _http.GetAsync(new Uri(Town.Addresses.Customer, "customers/2"), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Orders_OfACustomer_AreTheNewestFirstWithTheirLines()
    {
        foreach (var id in (long[])[1, 2])
        {
            Fill("new-order.db", $"""INSERT INTO "order" VALUES ({id}, {"T-" + id}, 7, 'a@town.test', 'paid', '39.80', 'EUR', 'web', NULL, '', '', '', '', '', '', NULL)""");
            Fill("new-order.db", $"INSERT INTO order_line VALUES ({id}, {id}, 1, 'TS-001', 'Teapot', 2, '19.90')");
        }

        var orders = await Get<List<OrderItem>>(Town.Addresses.Order, "orders?customer=7");
        var one = await Get<OrderItem>(Town.Addresses.Order, "orders/T-1");

        Assert.Equal(["T-2", "T-1"], orders.Select(order => order.Number));
        Assert.Equal(39.80m, one.Lines.Sum(line => line.Quantity * line.UnitPrice));
    }

    [Fact]
    public async Task Cart_LineAdded_HasThePriceOfThePricingService()
    {
        FillCatalog();

        using var first = await _http.PostAsJsonAsync(CartUri("lines"), new AddLine(1, 1), Cancellation);
        using var again = await _http.PostAsJsonAsync(CartUri("lines"), new AddLine(1, 2), Cancellation);
        using var unknown = await _http.PostAsJsonAsync(CartUri("lines"), new AddLine(99, 1), Cancellation);
        using var none = await _http.PostAsJsonAsync(CartUri("lines"), new AddLine(1, 0), Cancellation);
        var cart = await Get<CartItem>(CartUri(""), "");

        Assert.Equal(new CartLine(1, "TS-001", "Blue teapot", 3, 19.90m), Assert.Single(cart.Lines));
        Assert.Equal(59.70m, cart.Total);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (unknown.StatusCode, none.StatusCode));
    }

    [Fact]
    public async Task Cart_TakenAndMergedTwiceUnderOneId_MovesItsLinesOnce()
    {
        FillCatalog();
        using var added = await _http.PostAsJsonAsync(CartUri("lines"), new AddLine(1, 2), Cancellation);

        var taken = await Post<CartItem>(CartUri("take"), new TakeLines("m1"));
        var takenAgain = await Post<CartItem>(CartUri("take"), new TakeLines("m1"));
        await Post<CartItem>(CartUri("merge"), new MergeLines("m1", taken.Lines));
        var back = await Post<CartItem>(CartUri("merge"), new MergeLines("m1", taken.Lines));

        Assert.Equal(taken.Lines, takenAgain.Lines);
        Assert.Equal(2, Assert.Single(back.Lines).Quantity);
    }

    [Fact]
    public async Task Cart_Repriced_HasThePricesOfNow()
    {
        FillCatalog();
        using var added = await _http.PostAsJsonAsync(CartUri("lines"), new AddLine(1, 2), Cancellation);
        Fill("new-pricing.db", $"UPDATE price SET amount = '21.00' WHERE product_id = 1");

        var repriced = await Post<CartItem>(CartUri("reprice"), new { });

        Assert.Equal(42.00m, repriced.Total);
    }

    [Fact, Trait("Rule", "6")]
    public void FedStore_Written_RefusesTheWrite()
    {
        var store = new FedStore(new Hub.Storage.SqliteFile(Path.Combine(Folder, "new-product.db"), durable: false), ProductSchema.Steps);
        using var connection = store.Open();

        var refused = Assert.Throws<SqliteException>(() => connection.Execute($"DELETE FROM product"));

        Assert.Contains("readonly", refused.Message, StringComparison.Ordinal);
    }

    private Uri CartUri(string verb) => new(Town.Addresses.Cart, verb.Length > 0 ? $"carts/abc/{verb}" : "carts/abc");

    private async Task<T> Get<T>(Uri service, string path) =>
        (await _http.GetFromJsonAsync<T>(path.Length > 0 ? new Uri(service, path) : service, Cancellation))!;

    private async Task<T> Post<T>(Uri address, object body)
    {
        using var answer = await _http.PostAsJsonAsync(address, body, Cancellation);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(Cancellation))!;
    }

    private void FillCatalog()
    {
        Fill("new-product.db", $"INSERT INTO category VALUES (1, 'Tea', NULL, 1)");
        Fill(
            "new-product.db",
            $"""
            INSERT INTO product VALUES
                (1, 'TS-001', 'Blue teapot', 'For four.', 1, 1, NULL, ''),
                (2, 'TS-002', 'Cup', 'For one.', 1, 1, NULL, ''),
                (3, 'TS-003', 'Old teapot', 'Gone.', 1, 0, NULL, '')
            """);
        Fill("new-product.db", $"INSERT INTO slug VALUES ('blue-teapot', 'Product', 1, 1, NULL), ('cup', 'Product', 2, 1, NULL), ('old-pot', 'Product', 1, 0, 'blue-teapot')");
        Fill("new-product.db", $"INSERT INTO topic VALUES (1, 'About', 'Us.')");
        Fill("new-pricing.db", $"INSERT INTO price VALUES (1, '19.90', 'EUR'), (2, '5.00', 'EUR')");
    }
}
