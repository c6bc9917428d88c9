using System.Net.Http.Json;
using System.Text.Json;
using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Hub.Town.Services;
using Hub.Town.Services.Inventory;
using Hub.Town.Services.Pricing;
using Hub.Town.Services.Product;

namespace Hub.Town.Storefront.Catalog;

/// <summary>What is for sale, put together from the services product, pricing and inventory.</summary>
internal sealed class Assortment(HttpClient products, HttpClient prices, HttpClient stock)
{
    /// <summary>Categories, as the shop's menu has them.</summary>
    public async Task<IReadOnlyList<MenuEntry>> Menu(CancellationToken cancellation) =>
    [
        .. (await products.GetFromJsonAsync<List<CategoryItem>>("categories", cancellation))!
            .Where(category => category.Slug is not null)
            .Select(category => new MenuEntry(category.Id, category.Name, category.Slug!, category.ParentId)),
    ];

    public Task<SlugItem?> Slug(string slug, CancellationToken cancellation) =>
        products.GetOneOrNone<SlugItem>($"slugs/{Uri.EscapeDataString(slug)}", cancellation);

    public Task<TopicItem?> Topic(long id, CancellationToken cancellation) =>
        products.GetOneOrNone<TopicItem>($"topics/{id}", cancellation);

    /// <param name="query">The product service's: <c>category=3</c>, <c>q=tea</c>, <c>ids=1,2</c>, <c>page=2&amp;size=24</c>.</param>
    /// <returns>The products, and how many there are on all pages.</returns>
    public async Task<(IReadOnlyList<ProductCard> Products, long Total)> List(string query, CancellationToken cancellation)
    {
        var page = (await products.GetFromJsonAsync<ProductItems>($"products?{query}", cancellation))!;
        var ids = string.Join(',', page.Products.Select(product => product.Id));
        var priced = (await prices.GetFromJsonAsync<List<PriceItem>>($"prices?ids={ids}", cancellation))!
            .ToDictionary(price => price.ProductId, price => price.Amount);

        // A product whose price the feed hasn't brought yet is not for sale yet.
        return (
            [.. page.Products.Where(product => priced.ContainsKey(product.Id)).Select(product => Card(product, priced[product.Id]))],
            page.Total);
    }

    /// <summary>How many of each can be sold; those that no warehouse knows are left out.</summary>
    public async Task<Dictionary<long, long>> Stock(IEnumerable<ProductCard> cards, CancellationToken cancellation) =>
        (await stock.GetFromJsonAsync<List<StockItem>>($"stock?ids={string.Join(',', cards.Select(card => card.Id))}", cancellation))!
            .ToDictionary(item => item.ProductId, item => item.Available);

    /// <summary>A product with price and stock; null where it isn't for sale.</summary>
    public async Task<Article?> Find(long id, CancellationToken cancellation)
    {
        var product = products.GetOneOrNone<ProductItem>($"products/{id}", cancellation);
        var price = prices.GetOneOrNone<PriceItem>($"prices/{id}", cancellation);
        var available = stock.GetOneOrNone<StockItem>($"stock/{id}", cancellation);
        await Task.WhenAll(product, price, available);
        return (await product, await price) is ({ Slug: not null } found, { } asked)
            ? new Article(found, asked, (int)((await available)?.Available ?? 0))
            : null;
    }

    public static ProductCard Card(ProductItem product, decimal price) =>
        new(product.Id, product.Sku, product.Name, product.Slug!, price);
}

/// <summary>A product as three services tell it.</summary>
internal sealed record Article(ProductItem Product, PriceItem Price, int Stock)
{
    public ProductCard Card => Assortment.Card(Product, Price.Amount);

    public IReadOnlyDictionary<string, string> Attributes =>
        string.IsNullOrEmpty(Product.Attributes)
            ? new Dictionary<string, string>()
            : JsonSerializer.Deserialize<Dictionary<string, string>>(Product.Attributes)!;
}
