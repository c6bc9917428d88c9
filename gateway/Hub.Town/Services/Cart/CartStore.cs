using System.Globalization;
using System.Text.Json;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Services.Cart;

/// <summary>The carts, each change in a transaction of its own.</summary>
internal sealed class CartStore
{
    /// <summary>More of one product can't be bought at once: the shop's rule.</summary>
    private const int MostOfOne = 99;

    /// <summary>So long a move that is asked for again is answered as the first time.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    public CartStore(SqliteFile file, TimeProvider time)
    {
        CartSchema.Steps.Upgrade(file);
        (_file, _time) = (file, time);
    }

    public CartItem Read(string cart)
    {
        using var connection = _file.Open();
        return new CartItem(Lines(connection, cart));
    }

    public void Add(string cart, CartLine line)
    {
        using var connection = _file.Open();
        Put(connection, cart, line);
    }

    /// <summary>A quantity of 0 or less removes the line; a line that isn't there stays away.</summary>
    public void Set(string cart, long product, int quantity)
    {
        using var connection = _file.Open();
        connection.Execute(quantity > 0
            ? (FormattableString)$"UPDATE line SET quantity = {Math.Min(quantity, MostOfOne)} WHERE cart = {cart} AND product_id = {product}"
            : $"DELETE FROM line WHERE cart = {cart} AND product_id = {product}");
    }

    /// <summary>Gives each line that has one the price that its product has now.</summary>
    public void Reprice(string cart, IEnumerable<(long Product, decimal Price)> prices)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        foreach (var (product, price) in prices)
        {
            connection.Execute(
                $"UPDATE line SET unit_price = {price.ToString(CultureInfo.InvariantCulture)} WHERE cart = {cart} AND product_id = {product}");
        }

        transaction.Commit();
    }

    public CartItem Take(string cart, string id) => Once("take:" + id, connection =>
    {
        var lines = Lines(connection, cart);
        connection.Execute($"DELETE FROM line WHERE cart = {cart}");
        return new CartItem(lines);
    });

    /// <returns>The cart as it was right after.</returns>
    public CartItem Merge(string cart, MergeLines lines) => Once("merge:" + lines.Id, connection =>
    {
        foreach (var line in lines.Lines.Where(line => line.Quantity > 0))
        {
            Put(connection, cart, line);
        }

        return new CartItem(Lines(connection, cart));
    });

    /// <summary>The change and its answer are one transaction: asked again, the answer is given and nothing changes.</summary>
    private CartItem Once(string id, Func<SqliteConnection, CartItem> change)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        if (connection.Query($"SELECT answer FROM move WHERE id = {id}", row => row.GetString(0)) is [var known])
        {
            return JsonSerializer.Deserialize<CartItem>(known)!;
        }

        var answer = change(connection);
        connection.Execute($"DELETE FROM move WHERE at < {(_time.GetUtcNow() - Kept).ToString("O")}");
        connection.Execute($"INSERT INTO move VALUES ({id}, {JsonSerializer.Serialize(answer)}, {_time.GetUtcNow().ToString("O")})");
        transaction.Commit();
        return answer;
    }

    private static void Put(SqliteConnection connection, string cart, CartLine line) => connection.Execute(
        $"""
        INSERT INTO line VALUES ({cart}, {line.ProductId}, {line.Sku}, {line.Name}, {Math.Min(line.Quantity, MostOfOne)},
            {line.UnitPrice.ToString(CultureInfo.InvariantCulture)})
        ON CONFLICT DO UPDATE SET quantity = min(quantity + excluded.quantity, {MostOfOne})
        """);

    private static List<CartLine> Lines(SqliteConnection connection, string cart) => connection.Query(
        $"SELECT product_id, sku, name, quantity, unit_price FROM line WHERE cart = {cart} ORDER BY rowid",
        row => new CartLine(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.Amount(4)));
}
