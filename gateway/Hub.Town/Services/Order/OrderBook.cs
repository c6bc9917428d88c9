using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Services.Order;

internal sealed record OrderLineItem(long ProductId, string Sku, string Name, int Quantity, decimal UnitPrice);

/// <param name="Status"><c>pending</c>, <c>paid</c> or <c>cancelled</c>.</param>
/// <param name="CreatedAt">UTC.</param>
internal sealed record OrderItem(
    string Number,
    long? CustomerId,
    string Email,
    string Status,
    decimal Total,
    string Currency,
    string CreatedAt,
    IReadOnlyList<OrderLineItem> Lines);

/// <summary>The order service: orders as the feed brought them, a moment behind legacy.</summary>
internal static class OrderBook
{
    public static WebApplication Build(TownContext context, Uri address)
    {
        var store = new FedStore(context.OpenStore("new-order.db"), OrderSchema.Steps);
        var app = context.CreateBuilder(address).Build();
        app.MapHealth();
        app.MapGet("/orders/{number}", (string number) => Answers.OneOrNone(Read(
            store, $"""SELECT id, number, customer_id, email, status, total, currency, created_at FROM "order" WHERE number = {number}""")));
        app.MapGet("/orders", (long customer) => TypedResults.Ok(Read(
            store,
            $"""
            SELECT id, number, customer_id, email, status, total, currency, created_at
            FROM "order" WHERE customer_id = {customer} ORDER BY id DESC
            """)));
        return app;
    }

    private static List<OrderItem> Read(FedStore store, FormattableString orders)
    {
        // One transaction: an order and its lines are of the same moment.
        using var connection = store.Open();
        using var transaction = connection.BeginTransaction(deferred: true);
        var found = connection.Query(orders, row => (Id: row.GetInt64(0), Order: Item(row)));
        return [.. found.Select(row => row.Order with { Lines = Lines(connection, row.Id) })];
    }

    private static List<OrderLineItem> Lines(SqliteConnection connection, long order) => connection.Query(
        $"SELECT product_id, sku, name, quantity, unit_price FROM order_line WHERE order_id = {order} ORDER BY id",
        row => new OrderLineItem(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.Amount(4)));

    private static OrderItem Item(SqliteDataReader row) => new(
        row.GetString(1),
        row.NumberOrNull(2),
        row.GetString(3),
        row.GetString(4),
        row.Amount(5),
        row.GetString(6),
        row.GetString(7),
        []);
}
