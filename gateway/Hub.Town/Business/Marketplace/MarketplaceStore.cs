using System.Text.Json;
using Hub.Storage;

namespace Hub.Town.Business.Marketplace;

/// <summary>The marketplace's orders, in <c>marketplace.db</c>.</summary>
internal sealed class MarketplaceStore
{
    private static readonly SqliteSchema Schema = new("""
        CREATE TABLE market_order (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, placed_at INTEGER NOT NULL, body TEXT, tracking TEXT);
        """,
        "CREATE TABLE listing (sku TEXT PRIMARY KEY, available INTEGER, price TEXT);");

    private readonly SqliteFile _file;
    private readonly TownContext _town;

    public MarketplaceStore(TownContext town)
    {
        _town = town;
        _file = town.OpenStore("marketplace.db");
        Schema.Upgrade(_file);
    }

    /// <summary>A buyer buys something.</summary>
    public MarketplaceOrder Place()
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = _town.Time.GetUtcNow();
        connection.Execute($"INSERT INTO market_order (placed_at) VALUES ({now.ToUnixTimeSeconds()})");
        var row = connection.QueryNumber($"SELECT last_insert_rowid()")!.Value;
        var order = MarketplaceOrder.Draw(row, now, new Random(unchecked((_town.Seed * 397) + (int)row)));
        connection.Execute($"""
            UPDATE market_order SET id = {order.Id}, body = {JsonSerializer.Serialize(order, JsonSerializerOptions.Web)} WHERE row = {row}
            """);
        transaction.Commit();
        return order;
    }

    public List<(long Row, MarketplaceOrder Order)> List(DateTimeOffset since, DateTimeOffset until, long after, int take)
    {
        using var connection = _file.Open();
        return connection.Query($"""
            SELECT row, body, tracking FROM market_order
            WHERE placed_at >= {since.ToUnixTimeSeconds()} AND placed_at < {until.ToUnixTimeSeconds()} AND row > {after} ORDER BY row LIMIT {take}
            """, row => (row.GetInt64(0), Read(row.GetString(1), row.TextOrNull(2))));
    }

    public MarketplaceOrder? Find(string id)
    {
        using var connection = _file.Open();
        return connection.Query(
            $"SELECT body, tracking FROM market_order WHERE id = {id}", row => Read(row.GetString(0), row.TextOrNull(1))).FirstOrDefault();
    }

    /// <summary>Keeps the tracking number if there is none yet.</summary>
    /// <returns>The one that is kept; null where there is no such order.</returns>
    public string? Confirm(string id, string tracking)
    {
        using var connection = _file.Open();
        connection.Execute($"UPDATE market_order SET tracking = {tracking} WHERE id = {id} AND tracking IS NULL");
        return connection.Query($"SELECT tracking FROM market_order WHERE id = {id}", row => row.GetString(0)).FirstOrDefault();
    }

    /// <summary>What the seller says of an article; null: it says nothing new.</summary>
    public void List(string sku, int? available, string? price)
    {
        using var connection = _file.Open();
        connection.Execute($"""
            INSERT INTO listing (sku, available, price) VALUES ({sku}, {available}, {price})
            ON CONFLICT (sku) DO UPDATE SET available = COALESCE(excluded.available, available), price = COALESCE(excluded.price, price)
            """);
    }

    public List<(string Sku, long? Available, string? Price)> Listings()
    {
        using var connection = _file.Open();
        return connection.Query(
            $"SELECT sku, available, price FROM listing ORDER BY sku", row => (row.GetString(0), row.NumberOrNull(1), row.TextOrNull(2)));
    }

    private static MarketplaceOrder Read(string body, string? tracking) =>
        JsonSerializer.Deserialize<MarketplaceOrder>(body, JsonSerializerOptions.Web)! with { Tracking = tracking };
}
