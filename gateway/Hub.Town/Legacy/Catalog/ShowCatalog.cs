using System.Globalization;
using Hub.Storage;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Catalog;

/// <summary>The catalogue's pages: home, whatever a slug names, and the old addresses under <c>?route=</c>.</summary>
internal static class ShowCatalog
{
    public static Task Home(HttpContext http, LegacyDatabase shop) => LegacyPage.Show(http, shop, page =>
        new LegacyPage("Home", ProductList.Home(page.Frame, CatalogQueries.Featured(page.Db)), "/"));

    public static Task BySlug(string slug, HttpContext http, LegacyDatabase shop)
    {
        var record = shop.Read(db => db.Query(
            $"SELECT EntityName, EntityId, RedirectTo FROM UrlRecord WHERE Slug = {slug}",
            row => (Entity: row.GetString(0), Id: row.GetInt64(1), RedirectTo: row.TextOrNull(2))).SingleOrDefault());
        if (record.RedirectTo is not null)
        {
            return LegacyPage.GoTo(http, "/" + record.RedirectTo, StatusCodes.Status301MovedPermanently);
        }

        return LegacyPage.Show(http, shop, page => record.Entity switch
        {
            "Product" => Product(page, record.Id),
            "Category" => Category(page, record.Id),
            "Topic" => Topic(page, record.Id, slug),
            _ => null,
        });
    }

    /// <summary><c>/index.php?route=product/product&amp;product_id=17</c> and <c>?route=product/category&amp;path=3</c>.</summary>
    public static Task ByRoute(HttpContext http, LegacyDatabase shop)
    {
        var query = http.Request.Query;
        return LegacyPage.Show(http, shop, page => query["route"].ToString() switch
        {
            "product/product" when Number("product_id") is { } id => Product(page, id),
            "product/category" when Number("path") is { } id => Category(page, id),
            _ => null,
        });

        long? Number(string name) => long.TryParse(query[name], CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static LegacyPage? Product(PageRequest page, long id) => CatalogQueries.Product(page.Db, id) is { } product
        ? new LegacyPage(product.Card.Name, ProductPage.Body(page.Frame, product), "/" + product.Card.Slug)
        : null;

    private static LegacyPage? Category(PageRequest page, long id) => CatalogQueries.Category(page.Db, id) is { } category
        ? new LegacyPage(category.Name, ProductList.Category(
            page.Frame, category, [.. page.Frame.Menu.Where(entry => entry.ParentId == id)], CatalogQueries.InCategory(page.Db, id)), "/" + category.Slug)
        : null;

    private static LegacyPage? Topic(PageRequest page, long id, string slug) => page.Db.Query(
        $"SELECT Title, Body FROM Topic WHERE Id = {id}",
        row => new LegacyPage(row.GetString(0), TextPages.Topic(row.GetString(0), row.GetString(1)), "/" + slug)).SingleOrDefault();
}
