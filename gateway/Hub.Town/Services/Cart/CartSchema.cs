using Hub.Storage;

namespace Hub.Town.Services.Cart;

/// <summary>
/// The cart service's tables: lines by the customer's key at the hub, and the moves that were made, so that one that is
/// asked for again is answered and not made again.
/// </summary>
internal static class CartSchema
{
    public static readonly SqliteSchema Steps = new(
        """
        CREATE TABLE line (
            cart TEXT NOT NULL, product_id INTEGER NOT NULL, sku TEXT NOT NULL, name TEXT NOT NULL,
            quantity INTEGER NOT NULL, unit_price TEXT NOT NULL, PRIMARY KEY (cart, product_id));
        CREATE TABLE move (id TEXT PRIMARY KEY, answer TEXT NOT NULL, at TEXT NOT NULL);
        """,
        "CREATE INDEX move_at ON move (at);");
}
