using Hub.Storage;

namespace Hub.Town.Services.Product;

/// <summary>
/// The product service's tables, which the dataset <c>catalog</c> fills, and what of them is shown: published, each with
/// the slug of its page.
/// </summary>
internal static class ProductSchema
{
    public static readonly SqliteSchema Steps = new(
        """
        CREATE TABLE product (
            id INTEGER PRIMARY KEY, sku TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, category_id INTEGER,
            published INTEGER NOT NULL, attributes TEXT, updated_at TEXT NOT NULL);
        CREATE INDEX product_category ON product (category_id);
        CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent_id INTEGER, published INTEGER NOT NULL);
        CREATE TABLE slug (
            slug TEXT PRIMARY KEY, kind TEXT NOT NULL, entity_id INTEGER NOT NULL, active INTEGER NOT NULL, redirect_to TEXT);
        CREATE INDEX slug_entity ON slug (kind, entity_id);
        CREATE TABLE topic (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL);

        CREATE VIEW shown_product AS SELECT p.id, p.sku, p.name, p.description, p.category_id, p.attributes,
            (SELECT s.slug FROM slug s WHERE s.kind = 'Product' AND s.entity_id = p.id AND s.active = 1 LIMIT 1) AS slug
            FROM product p WHERE p.published = 1;
        CREATE VIEW shown_category AS SELECT c.id, c.name, c.parent_id,
            (SELECT s.slug FROM slug s WHERE s.kind = 'Category' AND s.entity_id = c.id AND s.active = 1 LIMIT 1) AS slug
            FROM category c WHERE c.published = 1;
        CREATE VIEW shown_topic AS SELECT t.id, t.title, t.body,
            (SELECT s.slug FROM slug s WHERE s.kind = 'Topic' AND s.entity_id = t.id AND s.active = 1 LIMIT 1) AS slug
            FROM topic t;
        """);
}
