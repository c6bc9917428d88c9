using Hub.Storage;

namespace Hub.Town.Services.Order;

/// <summary>The order service's tables; the dataset <c>orders</c> fills them.</summary>
internal static class OrderSchema
{
    public static readonly SqliteSchema Steps = new(
        """
        CREATE TABLE "order" (
            id INTEGER PRIMARY KEY, number TEXT NOT NULL, customer_id INTEGER, email TEXT NOT NULL, status TEXT NOT NULL,
            total TEXT NOT NULL, currency TEXT NOT NULL, channel TEXT NOT NULL, reference TEXT,
            ship_name TEXT, ship_street TEXT, ship_city TEXT, ship_zip TEXT, ship_country TEXT, created_at TEXT NOT NULL);
        CREATE INDEX order_number ON "order" (number);
        CREATE INDEX order_customer ON "order" (customer_id);
        CREATE TABLE order_line (
            id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, product_id INTEGER NOT NULL, sku TEXT NOT NULL,
            name TEXT NOT NULL, quantity INTEGER NOT NULL, unit_price TEXT NOT NULL);
        CREATE INDEX order_line_order ON order_line (order_id);
        """,
        """ALTER TABLE "order" ADD COLUMN paid_at TEXT;""");
}
