using System.Globalization;
using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront.Catalog;

/// <summary>The pages to browse: home, slugs, <c>index.php?route=</c>, search.</summary>
internal sealed class CatalogPages(Assortment assortment, Frames frames)
{
    /// <summary>What stands in the shop's window.</summary>
    private static readonly string Window = string.Join(',', Enumerable.Range(0, 12).Select(place => 7 + (20 * place)));

    public void Map(WebApplication app)
    {
        app.MapGet("/", Home);
        app.MapGet("/search", Search);
        app.MapGet("/index.php", ByRoute);
        app.MapGet("/{slug}", BySlug);
        app.MapFallback(frames.ShowNotFound);
    }

    private async Task Home(HttpContext http)
    {
        var (featured, _) = await assortment.List($"ids={Window}", http.RequestAborted);
        var frame = await frames.Of(http);
        await ShopPage.WriteAsync(http, frame, "Home", ProductList.Home(frame, featured), canonical: "/");
    }

    private async Task Search(HttpContext http)
    {
        var query = http.Request.Query["q"].ToString().Trim();
        var (found, _) = await assortment.List($"q={Uri.EscapeDataString(query)}&size=24", http.RequestAborted);
        var frame = await frames.Of(http);
        await ShopPage.WriteAsync(http, frame, "Search", ProductList.Found(frame, query, found));
    }

    private Task ByRoute(HttpContext http)
    {
        var query = http.Request.Query;
        return query["route"].ToString() switch
        {
            "product/product" when Id("product_id") is { } id => Product(http, id),
            "product/category" when Id("path") is { } id => Category(http, id),
            _ => frames.ShowNotFound(http),
        };

        long? Id(string name) => long.TryParse(query[name], CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private async Task BySlug(HttpContext http, string slug)
    {
        var found = await assortment.Slug(slug, http.RequestAborted);
        await (found switch
        {
            { RedirectTo: { } to } => Frames.GoTo(http, "/" + to, StatusCodes.Status301MovedPermanently),
            { Kind: "Product" } => Product(http, found.EntityId),
            { Kind: "Category" } => Category(http, found.EntityId),
            { Kind: "Topic" } => Topic(http, found.EntityId, slug),
            _ => frames.ShowNotFound(http),
        });
    }

    private async Task Product(HttpContext http, long id)
    {
        var article = await assortment.Find(id, http.RequestAborted);
        var frame = await frames.Of(http);
        if (article is null || frame.Menu.FirstOrDefault(entry => entry.Id == article.Product.CategoryId) is not { } category)
        {
            await frames.ShowNotFound(http);
            return;
        }

        var (others, _) = await assortment.List($"category={category.Id}&size=500", http.RequestAborted);
        var related = others.Where(card => card.Id != id).OrderBy(card => (card.Id - id + 240) % 240).Take(4);
        var detail = new ProductDetail(
            article.Card, article.Product.Description, article.Stock, article.Attributes, category, [.. related]);
        await ShopPage.WriteAsync(http, frame, article.Product.Name, ProductPage.Body(frame, detail), canonical: "/" + article.Card.Slug);
    }

    private async Task Category(HttpContext http, long id)
    {
        var frame = await frames.Of(http);
        if (frame.Menu.FirstOrDefault(entry => entry.Id == id) is not { } category)
        {
            await frames.ShowNotFound(http);
            return;
        }

        var (products, _) = await assortment.List($"category={id}&size=500", http.RequestAborted);
        var body = ProductList.Category(frame, category, [.. frame.Menu.Where(entry => entry.ParentId == id)], products);
        await ShopPage.WriteAsync(http, frame, category.Name, body, canonical: "/" + category.Slug);
    }

    private async Task Topic(HttpContext http, long id, string slug)
    {
        if (await assortment.Topic(id, http.RequestAborted) is not { } topic)
        {
            await frames.ShowNotFound(http);
            return;
        }

        await ShopPage.WriteAsync(
            http, await frames.Of(http), topic.Title, TextPages.Topic(topic.Title, topic.Body), canonical: "/" + slug);
    }
}
