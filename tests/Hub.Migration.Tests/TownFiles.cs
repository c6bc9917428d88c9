using Hub.ChangeFeed.Embedded;
using Hub.Configuration;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Tests;

/// <summary>The town's databases, empty, in a folder of their own: legacy's and New's, as town.json joins them.</summary>
internal sealed class TownFiles : IDisposable
{
    private const string LegacySchema =
        """
        CREATE TABLE Category(Id INTEGER PRIMARY KEY, Name TEXT NOT NULL, ParentId INTEGER NULL, Published TINYINT NOT NULL);
        CREATE TABLE Product(Id INTEGER PRIMARY KEY, Sku TEXT NOT NULL UNIQUE, Name TEXT NOT NULL, ShortDescription TEXT NOT NULL DEFAULT '',
          Price NUMERIC NOT NULL, CategoryId INTEGER NOT NULL DEFAULT 1, Published TINYINT NOT NULL DEFAULT 1, StockQuantity INTEGER NOT NULL DEFAULT 0,
          Attributes TEXT NOT NULL DEFAULT '{}', CreatedOn TEXT NOT NULL DEFAULT '2026-01-15 12:00:00', UpdatedOn TEXT NOT NULL DEFAULT '2026-01-15 12:00:00');
        CREATE TABLE UrlRecord(Id INTEGER PRIMARY KEY, EntityName TEXT NOT NULL, EntityId INTEGER NOT NULL, Slug TEXT NOT NULL UNIQUE,
          IsActive TINYINT NOT NULL DEFAULT 1, RedirectTo TEXT NULL);
        CREATE TABLE Topic(Id INTEGER PRIMARY KEY, Title TEXT NOT NULL, Body TEXT NOT NULL);
        CREATE TABLE WarehouseStock(Id INTEGER PRIMARY KEY, ProductId INTEGER NOT NULL, WarehouseId INTEGER NOT NULL,
          Quantity INTEGER NOT NULL, Reserved INTEGER NOT NULL, UNIQUE(ProductId, WarehouseId));
        CREATE TABLE Customer(Id INTEGER PRIMARY KEY, Email TEXT NOT NULL UNIQUE COLLATE NOCASE, Name TEXT NOT NULL,
          PasswordHash TEXT NOT NULL, Active TINYINT NOT NULL, CreatedOn TEXT NOT NULL);
        CREATE TABLE Orders(Id INTEGER PRIMARY KEY, OrderNumber TEXT NOT NULL UNIQUE, CustomerId INTEGER NULL, Email TEXT NOT NULL,
          Status TEXT NOT NULL, Total NUMERIC NOT NULL, Currency TEXT NOT NULL, Channel TEXT NOT NULL, Reference TEXT NULL UNIQUE,
          ShipName TEXT NOT NULL, ShipStreet TEXT NOT NULL, ShipCity TEXT NOT NULL, ShipZip TEXT NOT NULL, ShipCountry TEXT NOT NULL,
          CreatedOn TEXT NOT NULL, PaidOn TEXT NULL);
        CREATE TABLE OrderLine(Id INTEGER PRIMARY KEY, OrderId INTEGER NOT NULL, ProductId INTEGER NOT NULL, Sku TEXT NOT NULL,
          Name TEXT NOT NULL, Quantity INTEGER NOT NULL, UnitPrice NUMERIC NOT NULL);
        """;

    // The town's own services have no foreign keys and no UNIQUE beside the key; other people's have.
    private static readonly Dictionary<string, string> NewSchemas = new()
    {
        ["new-product.db"] =
            """
            CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent_id INTEGER REFERENCES category(id), published INTEGER NOT NULL);
            CREATE TABLE product (id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL,
              category_id INTEGER REFERENCES category(id), published INTEGER NOT NULL, attributes TEXT, updated_at TEXT NOT NULL);
            CREATE TABLE slug (slug TEXT PRIMARY KEY, kind TEXT NOT NULL, entity_id INTEGER NOT NULL, active INTEGER NOT NULL, redirect_to TEXT);
            CREATE TABLE topic (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL);
            PRAGMA user_version = 1;
            """,
        ["new-pricing.db"] = "CREATE TABLE price (product_id INTEGER PRIMARY KEY, amount TEXT NOT NULL, currency TEXT NOT NULL);",
        ["new-inventory.db"] =
            """
            CREATE TABLE stock (product_id INTEGER NOT NULL, warehouse_id INTEGER NOT NULL, on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL,
              PRIMARY KEY (product_id, warehouse_id));
            """,
        ["new-customer.db"] =
            "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, active INTEGER NOT NULL, created_at TEXT NOT NULL);",
        ["new-order.db"] =
            """
            CREATE TABLE "order" (id INTEGER PRIMARY KEY, number TEXT NOT NULL, customer_id INTEGER, email TEXT NOT NULL, status TEXT NOT NULL,
              total TEXT NOT NULL, currency TEXT NOT NULL, channel TEXT NOT NULL, reference TEXT, ship_name TEXT, ship_street TEXT, ship_city TEXT,
              ship_zip TEXT, ship_country TEXT, created_at TEXT NOT NULL);
            CREATE TABLE order_line (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES "order"(id), product_id INTEGER NOT NULL, sku TEXT NOT NULL,
              name TEXT NOT NULL, quantity INTEGER NOT NULL, unit_price TEXT NOT NULL);
            """,
    };

    private readonly SqliteConnection _legacy;

    public TownFiles(bool withNew = true)
    {
        Folder = Directory.CreateTempSubdirectory("hub-migration-").FullName;
        _legacy = new SqliteConnection($"Data Source={Path.Combine(Folder, "legacy.db")};Pooling=False");
        _legacy.Open();
        Legacy("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; " + LegacySchema);
        if (withNew)
        {
            MakeNew();
        }
    }

    public static string Document { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "town.json"));

    public string Folder { get; }

    public SqliteSource Source => new(Path.Combine(Folder, "legacy.db"));

    public void MakeNew()
    {
        foreach (var (file, schema) in NewSchemas)
        {
            Write(file, schema);
        }
    }

    public DatasetModel Dataset(string name, Func<string, string>? change = null)
    {
        var problems = new List<ConfigProblem>();
        var datasets = DatasetConfigs.Read(ConfigNode.Read((change ?? (text => text))(Document), problems)!, Folder, problems);
        Assert.Empty(problems);
        return datasets.Single(dataset => dataset.Name == name);
    }

    /// <summary>Feeds a target all that is there, and stops.</summary>
    public async Task FeedAsync(string dataset, string target, Func<string, string>? change = null)
    {
        await using var one = new OneTarget(Dataset(dataset, change), target);
        await one.DrainAsync();
    }

    public void Legacy(string sql)
    {
        using var command = _legacy.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Write(string file, string sql)
    {
        using var connection = new SqliteFile(Path.Combine(Folder, file), durable: false).Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query, each as its values with blanks between.</summary>
    public string[] Rows(string file, string sql)
    {
        using var connection = new SqliteFile(Path.Combine(Folder, file), durable: false).Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetString(i))));
        }

        return [.. rows];
    }

    public void Dispose()
    {
        _legacy.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
