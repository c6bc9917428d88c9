using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Services.Product;

/// <summary>The product service: products, categories, topics and the slugs of their pages.</summary>
internal sealed class ProductShelf(FedStore store)
{
    public static WebApplication Build(TownContext context, Uri address)
    {
        var shelf = new ProductShelf(new FedStore(context.OpenStore("new-product.db"), ProductSchema.Steps));
        var app = context.CreateBuilder(address).Build();
        app.MapHealth();
        app.MapGet("/slugs/{slug}", shelf.Slug);
        app.MapGet("/products", shelf.List);
        app.MapGet("/products/{id:long}", shelf.Product);
        app.MapGet("/categories", shelf.ListCategories);
        app.MapGet("/topics/{id:long}", shelf.Topic);
        return app;
    }

    private Results<Ok<SlugItem>, NotFound> Slug(string slug) => Answers.OneOrNone(store.Query(
        $"SELECT slug, kind, entity_id, active, redirect_to FROM slug WHERE slug = {slug}",
        row => new SlugItem(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetBoolean(3), row.TextOrNull(4))));

    private Results<Ok<ProductItem>, NotFound> Product(long id) => Answers.OneOrNone(store.Query(
        $"SELECT id, sku, name, description, category_id, attributes, slug FROM shown_product WHERE id = {id}", Item));

    /// <summary>
    /// Published products that have a page, in the order of their ids: of a category and those below it, with a word in
    /// name or SKU, by their ids, or all.
    /// </summary>
    private Ok<ProductItems> List(long? category = null, string? q = null, string? ids = null, int page = 1, int size = 20)
    {
        var word = q is null ? null : $"%{q.Replace("%", "", StringComparison.Ordinal)}%";
        var list = ids is null ? null : Answers.IdList(ids);
        size = Math.Clamp(size, 1, 500);
        using var connection = store.Open();
        var products = connection.Query(
            $"""
            SELECT id, sku, name, description, category_id, attributes, slug FROM shown_product
            WHERE slug IS NOT NULL
              AND ({category} IS NULL OR category_id IN (SELECT id FROM category WHERE id = {category} OR parent_id = {category}))
              AND ({word} IS NULL OR name LIKE {word} OR sku LIKE {word})
              AND ({list} IS NULL OR id IN (SELECT value FROM json_each({list})))
            ORDER BY id LIMIT {size} OFFSET {(Math.Max(page, 1) - 1L) * size}
            """,
            Item);
        var total = connection.QueryNumber(
            $"""
            SELECT count(*) FROM shown_product
            WHERE slug IS NOT NULL
              AND ({category} IS NULL OR category_id IN (SELECT id FROM category WHERE id = {category} OR parent_id = {category}))
              AND ({word} IS NULL OR name LIKE {word} OR sku LIKE {word})
              AND ({list} IS NULL OR id IN (SELECT value FROM json_each({list})))
            """);
        return TypedResults.Ok(new ProductItems(products, total ?? 0));
    }

    private Ok<List<CategoryItem>> ListCategories() => TypedResults.Ok(store.Query(
        $"SELECT id, name, parent_id, slug FROM shown_category ORDER BY id",
        row => new CategoryItem(row.GetInt64(0), row.GetString(1), row.NumberOrNull(2), row.TextOrNull(3))));

    private Results<Ok<TopicItem>, NotFound> Topic(long id) => Answers.OneOrNone(store.Query(
        $"SELECT id, title, body, slug FROM shown_topic WHERE id = {id}",
        row => new TopicItem(row.GetInt64(0), row.GetString(1), row.GetString(2), row.TextOrNull(3))));

    private static ProductItem Item(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.NumberOrNull(4),
        row.TextOrNull(5),
        row.TextOrNull(6));
}
