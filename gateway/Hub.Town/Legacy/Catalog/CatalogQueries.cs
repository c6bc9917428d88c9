using System.Text.Json;
using Hub.Storage;
using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Catalog;

/// <summary>The catalogue as pages show it; what is not published isn't there.</summary>
internal static class CatalogQueries
{
    public static List<ProductCard> Featured(SqliteConnection db) => db.Query(
        $"SELECT Product.Id, Sku, Name, Slug, Price FROM Product JOIN UrlRecord ON EntityName = 'Product' AND EntityId = Product.Id AND IsActive = 1 WHERE Published = 1 AND Product.Id % 20 = 7 ORDER BY Product.Id",
        Card);

    public static List<ProductCard> InCategory(SqliteConnection db, long category) => db.Query($"""
        SELECT Product.Id, Sku, Name, Slug, Price FROM Product JOIN UrlRecord ON EntityName = 'Product' AND EntityId = Product.Id AND IsActive = 1
        WHERE Published = 1 AND CategoryId IN (SELECT Id FROM Category WHERE Id = {category} OR ParentId = {category}) ORDER BY Product.Id
        """, Card);

    public static List<ProductCard> Search(SqliteConnection db, string query)
    {
        var pattern = "%" + query.Replace("%", "", StringComparison.Ordinal) + "%";
        return db.Query($"""
            SELECT Product.Id, Sku, Name, Slug, Price FROM Product JOIN UrlRecord ON EntityName = 'Product' AND EntityId = Product.Id AND IsActive = 1
            WHERE Published = 1 AND (Name LIKE {pattern} OR Sku LIKE {pattern}) ORDER BY Product.Id LIMIT 24
            """, Card);
    }

    public static MenuEntry? Category(SqliteConnection db, long id) => db.Query($"""
        SELECT Category.Id, Name, Slug, ParentId FROM Category JOIN UrlRecord ON EntityName = 'Category' AND EntityId = Category.Id AND IsActive = 1
        WHERE Published = 1 AND Category.Id = {id}
        """, row => new MenuEntry(row.GetInt64(0), row.GetString(1), row.GetString(2), row.NumberOrNull(3))).SingleOrDefault();

    public static ProductDetail? Product(SqliteConnection db, long id)
    {
        var found = db.Query($"""
            SELECT Product.Id, Sku, Name, Slug, Price, ShortDescription, StockQuantity, Attributes, CategoryId FROM Product
            JOIN UrlRecord ON EntityName = 'Product' AND EntityId = Product.Id AND IsActive = 1 WHERE Published = 1 AND Product.Id = {id}
            """, row => (
                Card: Card(row), Text: row.GetString(5), Stock: row.GetInt32(6),
                Attributes: JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(7))!, Category: row.GetInt64(8)));
        if (found is not [var product] || Category(db, product.Category) is not { } category)
        {
            return null;
        }

        var related = InCategory(db, product.Category).Where(card => card.Id != id).OrderBy(card => (card.Id - id + 240) % 240).Take(4);
        return new ProductDetail(product.Card, product.Text, product.Stock, product.Attributes, category, [.. related]);
    }

    private static ProductCard Card(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetDecimal(4));
}
