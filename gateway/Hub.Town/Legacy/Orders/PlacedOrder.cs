using Hub.Storage;
using Hub.Town.Look.Pages;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Orders;

/// <summary>An order in the shop's books; the total is in EUR.</summary>
internal sealed record PlacedOrder(string Number, long? CustomerId, string Status, decimal Total, string PlacedOn)
{
    public static PlacedOrder? Find(SqliteConnection db, string number) => db.Query(
        $"SELECT OrderNumber, CustomerId, Status, Total, CreatedOn FROM Orders WHERE OrderNumber = {number}", Row).SingleOrDefault();

    public static PlacedOrder? FindByReference(SqliteConnection db, string reference) => db.Query(
        $"SELECT OrderNumber, CustomerId, Status, Total, CreatedOn FROM Orders WHERE Reference = {reference}", Row).SingleOrDefault();

    /// <summary>The order that an attempt at the checkout led to; null where it led to none yet.</summary>
    public static PlacedOrder? FindByAttempt(SqliteConnection db, string attempt) => db.Query($"""
        SELECT Orders.OrderNumber, CustomerId, Status, Total, CreatedOn FROM CheckoutAttempt
        JOIN Orders ON Orders.OrderNumber = CheckoutAttempt.OrderNumber WHERE Attempt = {attempt}
        """, Row).SingleOrDefault();

    /// <summary>A customer's newest twenty.</summary>
    public static List<OrderView> OfCustomer(SqliteConnection db, long customer) => db.Query(
        $"SELECT OrderNumber, CreatedOn, Status, Total FROM Orders WHERE CustomerId = {customer} ORDER BY Id DESC LIMIT 20",
        row => new OrderView(row.GetString(0), row.GetString(1), row.GetString(2), row.GetDecimal(3)));

    private static PlacedOrder Row(SqliteDataReader row) =>
        new(row.GetString(0), row.NumberOrNull(1), row.GetString(2), row.GetDecimal(3), row.GetString(4));
}
