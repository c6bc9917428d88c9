using Hub.Storage;

namespace Hub.Town.Legacy.Store;

/// <summary>
/// The legacy shop's tables, with the habits of real ones: integer keys, booleans as tinyint, decimals without scale,
/// JSON in text, local times without zone, and stock in two tables that disagree after an order.
/// </summary>
internal static class LegacySchema
{
    public static readonly SqliteSchema Steps = new(
        """
        CREATE TABLE Category(Id INTEGER PRIMARY KEY, Name TEXT NOT NULL, ParentId INTEGER NULL, Published TINYINT NOT NULL);
        CREATE TABLE Product(Id INTEGER PRIMARY KEY, Sku TEXT NOT NULL UNIQUE, Name TEXT NOT NULL, ShortDescription TEXT NOT NULL,
          Price NUMERIC NOT NULL, CategoryId INTEGER NOT NULL, Published TINYINT NOT NULL, StockQuantity INTEGER NOT NULL,
          Attributes TEXT NOT NULL, CreatedOn TEXT NOT NULL, UpdatedOn TEXT NOT NULL);
        CREATE INDEX Product_Category ON Product(CategoryId);
        CREATE TABLE UrlRecord(Id INTEGER PRIMARY KEY, EntityName TEXT NOT NULL, EntityId INTEGER NOT NULL, Slug TEXT NOT NULL UNIQUE,
          IsActive TINYINT NOT NULL, RedirectTo TEXT NULL);
        CREATE INDEX UrlRecord_Entity ON UrlRecord(EntityName, EntityId);
        CREATE TABLE Topic(Id INTEGER PRIMARY KEY, Title TEXT NOT NULL, Body TEXT NOT NULL);
        CREATE TABLE WarehouseStock(Id INTEGER PRIMARY KEY, ProductId INTEGER NOT NULL, WarehouseId INTEGER NOT NULL,
          Quantity INTEGER NOT NULL, Reserved INTEGER NOT NULL);
        CREATE UNIQUE INDEX WarehouseStock_Product ON WarehouseStock(ProductId, WarehouseId);
        CREATE TABLE PriceHistory(Id INTEGER PRIMARY KEY, ProductId INTEGER NOT NULL, Price NUMERIC NOT NULL, SinceMs INTEGER NOT NULL);
        CREATE INDEX PriceHistory_Product ON PriceHistory(ProductId, SinceMs);

        CREATE TABLE Customer(Id INTEGER PRIMARY KEY, Email TEXT NOT NULL UNIQUE COLLATE NOCASE, Name TEXT NOT NULL,
          PasswordHash TEXT NOT NULL, Active TINYINT NOT NULL, CreatedOn TEXT NOT NULL);
        CREATE TABLE Guest(Id INTEGER PRIMARY KEY, Agent TEXT NULL, CreatedOn TEXT NOT NULL);
        CREATE TABLE Session(Id INTEGER PRIMARY KEY, SessionKey TEXT NOT NULL UNIQUE, GuestId INTEGER NULL, CustomerId INTEGER NULL, CreatedOn TEXT NOT NULL);
        CREATE TABLE ApiToken(Token TEXT PRIMARY KEY, CustomerId INTEGER NOT NULL, CreatedOn TEXT NOT NULL);
        CREATE TABLE CartItem(Id INTEGER PRIMARY KEY, CustomerId INTEGER NULL, SessionId INTEGER NULL, ProductId INTEGER NOT NULL,
          Quantity INTEGER NOT NULL, UnitPrice NUMERIC NOT NULL);
        CREATE INDEX CartItem_Owner ON CartItem(CustomerId, SessionId);
        CREATE TABLE CartMerge(MergeKey TEXT PRIMARY KEY, SessionKey TEXT NULL);
        CREATE TABLE SearchLog(Id INTEGER PRIMARY KEY, Query TEXT NOT NULL, Found INTEGER NOT NULL, CreatedOn TEXT NOT NULL);

        CREATE TABLE Orders(Id INTEGER PRIMARY KEY, OrderNumber TEXT NOT NULL UNIQUE, CustomerId INTEGER NULL, Email TEXT NOT NULL,
          Status TEXT NOT NULL, Total NUMERIC NOT NULL, Currency TEXT NOT NULL, Channel TEXT NOT NULL, Reference TEXT NULL UNIQUE,
          ShipName TEXT NOT NULL, ShipStreet TEXT NOT NULL, ShipCity TEXT NOT NULL, ShipZip TEXT NOT NULL, ShipCountry TEXT NOT NULL,
          CreatedOn TEXT NOT NULL, PaidOn TEXT NULL);
        CREATE INDEX Orders_Customer ON Orders(CustomerId);
        CREATE TABLE OrderLine(Id INTEGER PRIMARY KEY, OrderId INTEGER NOT NULL, ProductId INTEGER NOT NULL, Sku TEXT NOT NULL,
          Name TEXT NOT NULL, Quantity INTEGER NOT NULL, UnitPrice NUMERIC NOT NULL);
        CREATE INDEX OrderLine_Order ON OrderLine(OrderId);
        CREATE TABLE CheckoutAttempt(Attempt TEXT PRIMARY KEY, OrderNumber TEXT NOT NULL);
        CREATE TABLE Payment(OrderNumber TEXT PRIMARY KEY, DueMs INTEGER NOT NULL, Tries INTEGER NOT NULL, PaidMs INTEGER NULL);
        CREATE INDEX Payment_Due ON Payment(DueMs) WHERE PaidMs IS NULL;
        CREATE TABLE Setting(Name TEXT PRIMARY KEY, Value TEXT NOT NULL);
        """,
        "CREATE TABLE CartTake(TakeKey TEXT PRIMARY KEY, Cart TEXT NOT NULL);",
        """
        ALTER TABLE CartMerge ADD COLUMN AtMs INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE CartTake ADD COLUMN AtMs INTEGER NOT NULL DEFAULT 0;
        UPDATE CartMerge SET AtMs = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
        UPDATE CartTake SET AtMs = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
        CREATE INDEX CartMerge_At ON CartMerge(AtMs);
        CREATE INDEX CartTake_At ON CartTake(AtMs);
        """);
}
