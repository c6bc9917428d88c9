using System.Globalization;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Orders;

internal sealed record ShipTo(string Name, string Street, string City, string Zip, string Country)
{
    /// <summary>What is wrong with the address, for the person who typed it; null when nothing is.</summary>
    public string? Problem() =>
        new[] { Name, Street, City, Zip, Country }.Any(string.IsNullOrWhiteSpace)
            ? "Name, street, zip, city and country are all needed."
            : null;
}

/// <summary>A line of an order that is about to be placed; the price is in EUR.</summary>
internal sealed record OrderLineDraft(long ProductId, string Sku, string Name, int Quantity, decimal UnitPrice)
{
    public static OrderLineDraft OfProduct(SqliteConnection db, long product, int quantity) => db.Query(
        $"SELECT Id, Sku, Name, Price FROM Product WHERE Id = {product}",
        row => new OrderLineDraft(row.GetInt64(0), row.GetString(1), row.GetString(2), quantity, row.GetDecimal(3))).Single();
}

/// <param name="Channel"><c>web</c>, <c>app</c>, <c>new</c> or <c>market</c>.</param>
/// <param name="Reference">The caller's own id of it, unique; null for orders of the shop's own checkout.</param>
internal sealed record OrderDraft(
    long? CustomerId, string Email, string Channel, string? Reference, ShipTo Ship, IReadOnlyList<OrderLineDraft> Lines, bool Paid);

/// <summary>Enters an order into the books. It is the one way in, for the web, the app and partners.</summary>
internal static class PlaceOrder
{
    private const int PaymentDelayMs = 200;

    /// <summary>
    /// Inserts order and lines, takes the stock and, unless it is paid already, asks for the payment. The product's stock
    /// falls at once; the warehouse only reserves: the two tables disagree from here on.
    /// </summary>
    public static PlacedOrder Place(SqliteConnection db, OrderDraft draft, string now, long nowMs)
    {
        var id = (db.QueryNumber($"SELECT MAX(Id) FROM Orders") ?? 0) + 1;
        var number = string.Create(CultureInfo.InvariantCulture, $"L{100000 + id}");
        var total = draft.Lines.Sum(line => line.Quantity * line.UnitPrice);
        var status = draft.Paid ? "paid" : "pending";
        var ship = draft.Ship;
        db.Execute($"""
            INSERT INTO Orders(Id, OrderNumber, CustomerId, Email, Status, Total, Currency, Channel, Reference,
              ShipName, ShipStreet, ShipCity, ShipZip, ShipCountry, CreatedOn, PaidOn)
            VALUES ({id}, {number}, {draft.CustomerId}, {draft.Email}, {status}, {total}, 'EUR', {draft.Channel}, {draft.Reference},
              {ship.Name}, {ship.Street}, {ship.City}, {ship.Zip}, {ship.Country}, {now}, {(draft.Paid ? now : null)})
            """);
        foreach (var line in draft.Lines)
        {
            db.Execute($"""
                INSERT INTO OrderLine(OrderId, ProductId, Sku, Name, Quantity, UnitPrice)
                VALUES ({id}, {line.ProductId}, {line.Sku}, {line.Name}, {line.Quantity}, {line.UnitPrice})
                """);
            db.Execute($"UPDATE Product SET StockQuantity = StockQuantity - {line.Quantity} WHERE Id = {line.ProductId}");
            db.Execute($"""
                UPDATE WarehouseStock SET Reserved = Reserved + {line.Quantity}
                WHERE Id = (SELECT MIN(Id) FROM WarehouseStock WHERE ProductId = {line.ProductId})
                """);
        }

        if (!draft.Paid)
        {
            db.Execute($"INSERT INTO Payment(OrderNumber, DueMs, Tries) VALUES ({number}, {nowMs + PaymentDelayMs}, 0)");
        }

        return new PlacedOrder(number, draft.CustomerId, status, total, now);
    }
}
