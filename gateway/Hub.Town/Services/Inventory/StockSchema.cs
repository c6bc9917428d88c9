using Hub.Storage;

namespace Hub.Town.Services.Inventory;

/// <summary>The inventory service's table; the dataset <c>inventory</c> fills it.</summary>
internal static class StockSchema
{
    public static readonly SqliteSchema Steps = new(
        """
        CREATE TABLE stock (
            product_id INTEGER NOT NULL, warehouse_id INTEGER NOT NULL, on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL,
            PRIMARY KEY (product_id, warehouse_id));
        """);
}
