using System.Globalization;
using System.Text.Json;
using Hub.Storage;
using Hub.Town.Legacy.Orders;
using Hub.Town.Legacy.Visits;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Store;

/// <summary>What the shop holds on its first day: 12 categories, 240 products, 5 topics, 200 customers, 30 old orders.</summary>
internal static class LegacySeed
{
    private const int Customers = 200;
    private const int OldOrders = 30;

    public static void Fill(SqliteConnection db, int seed, string now)
    {
        if (db.QueryNumber($"SELECT COUNT(*) FROM Category") > 0)
        {
            return;
        }

        var random = new Random(seed);
        var formKey = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        db.Execute($"INSERT INTO Setting VALUES ('FormKey', {formKey})");
        FillCategories(db, random, now);
        FillTopics(db);
        FillCustomers(db, random, now);
        FillOrders(db, random, now);
    }

    private static void FillCategories(SqliteConnection db, Random random, string now)
    {
        foreach (var (top, leaves) in SeedWords.Categories)
        {
            var topId = AddCategory(db, top, null);
            foreach (var (leaf, nouns) in leaves)
            {
                var leafId = AddCategory(db, leaf, topId);
                var names = SeedWords.Adjectives.SelectMany(adjective => nouns.Select(noun => (adjective, noun))).ToArray();
                random.Shuffle(names);
                foreach (var (adjective, noun) in names)
                {
                    AddProduct(db, random, leafId, adjective, noun, now);
                }
            }
        }
    }

    private static long AddCategory(SqliteConnection db, string name, long? parent)
    {
        db.Execute($"INSERT INTO Category(Name, ParentId, Published) VALUES ({name}, {parent}, 1)");
        var id = db.QueryNumber($"SELECT last_insert_rowid()")!.Value;
        AddSlug(db, "Category", id, Slug(name));
        return id;
    }

    private static void AddProduct(SqliteConnection db, Random random, long category, string adjective, string noun, string now)
    {
        var id = (db.QueryNumber($"SELECT MAX(Id) FROM Product") ?? 0) + 1;
        var sku = string.Create(CultureInfo.InvariantCulture, $"TS-{id:000}");
        var name = $"{adjective} {noun}";
        // Prices as shopkeepers write them: 12, 12.5 and 12.95.
        var price = random.Next(4, 160) + (random.Next(3) switch { 0 => 0m, 1 => 0.5m, _ => 0.95m });
        var maker = SeedWords.Makers[random.Next(SeedWords.Makers.Length)];
        var stock = random.Next(400, 5000);
        var attributes = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["Material"] = SeedWords.Materials[random.Next(SeedWords.Materials.Length)],
            ["Maker"] = maker,
            ["Weight"] = string.Create(CultureInfo.InvariantCulture, $"{random.Next(100, 4000)} g"),
        });
        var text = $"{name}, made by {maker}. {SeedWords.Praise[random.Next(SeedWords.Praise.Length)]}";
        db.Execute($"""
            INSERT INTO Product VALUES ({id}, {sku}, {name}, {text}, {price}, {category}, 1, {stock}, {attributes}, {now}, {now})
            """);
        db.Execute($"INSERT INTO PriceHistory(ProductId, Price, SinceMs) VALUES ({id}, {price}, 0)");
        var north = stock / 3;
        db.Execute($"INSERT INTO WarehouseStock(ProductId, WarehouseId, Quantity, Reserved) VALUES ({id}, 1, {stock - north}, 0), ({id}, 2, {north}, 0)");
        var slug = Slug($"{name} {sku}");
        AddSlug(db, "Product", id, slug);
        if (id % 12 == 0)
        {
            // It had another address once, and links to that are still around.
            db.Execute($"INSERT INTO UrlRecord(EntityName, EntityId, Slug, IsActive, RedirectTo) VALUES ('Product', {id}, {Slug(noun + " " + sku)}, 0, {slug})");
        }
    }

    private static void FillTopics(SqliteConnection db)
    {
        foreach (var (slug, title, body) in SeedWords.Topics)
        {
            db.Execute($"INSERT INTO Topic(Title, Body) VALUES ({title}, {body})");
            AddSlug(db, "Topic", db.QueryNumber($"SELECT last_insert_rowid()")!.Value, slug);
        }
    }

    private static void FillCustomers(SqliteConnection db, Random random, string now)
    {
        for (var id = 1; id <= Customers; id++)
        {
            var name = $"{SeedWords.FirstNames[random.Next(SeedWords.FirstNames.Length)]} {SeedWords.LastNames[random.Next(SeedWords.LastNames.Length)]}";
            db.Execute($"INSERT INTO Customer VALUES ({id}, {$"shopper{id}@town.test"}, {name}, {Password.Hash("town")}, 1, {now})");
        }
    }

    private static void FillOrders(SqliteConnection db, Random random, string now)
    {
        for (var i = 0; i < OldOrders; i++)
        {
            var customer = random.Next(1, Customers + 1);
            var lines = Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => random.Next(1, 241)).Distinct()
                .Select(product => OrderLineDraft.OfProduct(db, product, random.Next(1, 3))).ToList();
            PlaceOrder.Place(db, new OrderDraft(
                customer, $"shopper{customer}@town.test", "web", null,
                new ShipTo(SeedWords.FirstNames[i % 12], $"Market Square {i + 1}", "Town", "12345", "DE"), lines, Paid: true), now, 0);
        }
    }

    private static void AddSlug(SqliteConnection db, string entity, long id, string slug) =>
        db.Execute($"INSERT INTO UrlRecord(EntityName, EntityId, Slug, IsActive) VALUES ({entity}, {id}, {slug}, 1)");

    private static string Slug(string name) => name.ToLowerInvariant().Replace(' ', '-');
}
