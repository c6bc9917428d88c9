using Hub.Storage;
using Hub.Town.Look.Pages;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Carts;

/// <summary>Whose cart: a customer's or, for guests, a session's; exactly one of the two is set.</summary>
internal readonly record struct CartOwner(long? CustomerId, long? SessionId);

/// <summary>
/// Carts. A line keeps the price, in EUR, that the product had when it was first put in; that is what the cart shows and
/// what the checkout charges.
/// </summary>
internal static class Cart
{
    /// <summary>More of one product can't be bought at once.</summary>
    public const int MostOfOne = 99;

    public static List<CartViewLine> Lines(SqliteConnection db, CartOwner owner) => db.Query($"""
        SELECT Product.Id, Sku, Product.Name, Slug, Quantity, UnitPrice FROM CartItem
        JOIN Product ON Product.Id = ProductId
        JOIN UrlRecord ON EntityName = 'Product' AND EntityId = Product.Id AND IsActive = 1
        WHERE CustomerId IS {owner.CustomerId} AND SessionId IS {owner.SessionId} ORDER BY CartItem.Id
        """, row => new CartViewLine(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetDecimal(5)));

    public static (int Lines, decimal Total) Summary(SqliteConnection db, CartOwner owner)
    {
        var sums = db.Query(
            $"SELECT Quantity, UnitPrice FROM CartItem WHERE CustomerId IS {owner.CustomerId} AND SessionId IS {owner.SessionId}",
            row => row.GetInt32(0) * row.GetDecimal(1));
        return (sums.Count, sums.Sum());
    }

    /// <summary>Puts more of a product in; false where the shop doesn't sell it.</summary>
    /// <param name="unitPrice">The price that the customer was shown elsewhere; null takes the product's own.</param>
    public static bool Add(SqliteConnection db, CartOwner owner, long product, int quantity, decimal? unitPrice = null)
    {
        quantity = Math.Clamp(quantity, 1, MostOfOne);
        var raised = db.Execute($"""
            UPDATE CartItem SET Quantity = MIN(Quantity + {quantity}, {MostOfOne})
            WHERE CustomerId IS {owner.CustomerId} AND SessionId IS {owner.SessionId} AND ProductId = {product}
            """);
        return raised > 0 || db.Execute($"""
            INSERT INTO CartItem(CustomerId, SessionId, ProductId, Quantity, UnitPrice)
            SELECT {owner.CustomerId}, {owner.SessionId}, Id, {quantity}, IFNULL({unitPrice}, Price) FROM Product WHERE Id = {product} AND Published = 1
            """) > 0;
    }

    /// <summary>Sets a line's quantity; none removes it.</summary>
    public static void Set(SqliteConnection db, CartOwner owner, long product, int quantity)
    {
        db.Execute($"""
            UPDATE CartItem SET Quantity = {Math.Clamp(quantity, 0, MostOfOne)}
            WHERE CustomerId IS {owner.CustomerId} AND SessionId IS {owner.SessionId} AND ProductId = {product}
            """);
        db.Execute($"DELETE FROM CartItem WHERE CustomerId IS {owner.CustomerId} AND SessionId IS {owner.SessionId} AND Quantity = 0");
    }

    /// <summary>Moves the lines of one cart into another; where both hold a product, the other's price stands.</summary>
    public static void Merge(SqliteConnection db, CartOwner from, CartOwner to)
    {
        if (from == to)
        {
            return;
        }

        foreach (var line in Lines(db, from))
        {
            Add(db, to, line.ProductId, line.Quantity, line.UnitPrice);
        }

        Empty(db, from);
    }

    public static void Empty(SqliteConnection db, CartOwner owner) =>
        db.Execute($"DELETE FROM CartItem WHERE CustomerId IS {owner.CustomerId} AND SessionId IS {owner.SessionId}");
}
