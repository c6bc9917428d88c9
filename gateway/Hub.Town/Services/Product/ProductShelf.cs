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

    /// <summary>Published products in the order of their ids: of a category, or with a word in name or description.</summary>
    private Ok<ProductPage> List(long? category = null, string? q = null, int page = 1, int size = 20)
    {
        size = Math.Clamp(size, 1, 500);
        using var connection = store.Open();
        var products = connection.Query(
            $"""
            SELECT id, sku, name, description, category_id, attributes, slug FROM shown_product
            WHERE ({category} IS NULL OR category_id = {category})
              AND ({q} IS NULL OR instr(lower(name), lower({q})) > 0 OR instr(lower(description), lower({q})) > 0)
            ORDER BY id LIMIT {size} OFFSET {(Math.Max(page, 1) - 1L) * size}
            """,
            Item);
        var total = connection.QueryNumber(
            $"""
            SELECT count(*) FROM shown_product
            WHERE ({category} IS NULL OR category_id = {category})
              AND ({q} IS NULL OR instr(lower(name), lower({q})) > 0 OR instr(lower(description), lower({q})) > 0)
            """);
        return TypedResults.Ok(new ProductPage(products, total ?? 0));
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
