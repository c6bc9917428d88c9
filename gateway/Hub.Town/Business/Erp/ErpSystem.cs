using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Business.Erp;

/// <summary>
/// The town's ERP. As with many real ones, the same reference twice makes two sales: who posts has to look first.
/// </summary>
internal static class ErpSystem
{
    private static readonly SqliteSchema Schema = new("""
        CREATE TABLE sale (
            id INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL, customer TEXT NOT NULL, lines TEXT NOT NULL,
            total TEXT NOT NULL, currency TEXT NOT NULL, booked_at TEXT NOT NULL);
        CREATE INDEX sale_reference ON sale (reference);
        """,
        "ALTER TABLE sale ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;",
        ErpStock.Schema);

    public static WebApplication Build(TownContext town, Uri address)
    {
        var store = town.OpenStore("erp.db");
        Schema.Upgrade(store);
        ErpStock.Fill(store, town.Time.GetUtcNow());
        var app = BusinessSystem.Build(town, address, TownTokens.Erp);
        app.MapPost("/sales", (NewSale sale) => Book(store, sale, town.Time.GetUtcNow()));
        app.MapGet("/sales", (string? reference, DateTimeOffset? from, DateTimeOffset? until) => Find(store, reference, from, until));
        app.MapPost("/sales/{number}/cancel", (string number) => Cancel(store, number, town.Time.GetUtcNow()));
        ErpStock.Map(app, store, town.Time);
        return app;
    }

    private static IResult Book(SqliteFile store, NewSale sale, DateTimeOffset now)
    {
        if (sale.Lines.IsDefaultOrEmpty)
        {
            return BusinessSystem.Refuse("A sale needs a line.");
        }

        if (sale.Lines.FirstOrDefault(line => !line.Sku.StartsWith("TS-", StringComparison.Ordinal)) is { } unknown)
        {
            return BusinessSystem.Refuse($"There is no item {unknown.Sku}.");
        }

        using var connection = store.Open();
        using var transaction = connection.BeginTransaction();
        connection.Execute($"""
            INSERT INTO sale (reference, customer, lines, total, currency, booked_at)
            VALUES ({sale.Reference}, {sale.Customer}, {JsonSerializer.Serialize(sale.Lines, JsonSerializerOptions.Web)},
                {sale.Total.ToString(CultureInfo.InvariantCulture)}, {sale.Currency}, {now.ToString("O", CultureInfo.InvariantCulture)})
            """);
        var number = Number(connection.QueryNumber($"SELECT last_insert_rowid()")!.Value);
        foreach (var line in sale.Lines)
        {
            ErpStock.Move(connection, line.Sku, -line.Quantity, now);
        }

        transaction.Commit();
        return Results.Json(new { sale = number }, statusCode: StatusCodes.Status201Created);
    }

    private static IResult Cancel(SqliteFile store, string number, DateTimeOffset now)
    {
        using var connection = store.Open();
        using var transaction = connection.BeginTransaction();
        if (!long.TryParse(number.Replace("S-", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || connection.Query($"SELECT lines, cancelled FROM sale WHERE id = {id - 10000}", row => (Lines: row.GetString(0), Cancelled: row.GetBoolean(1)))
                is not [var sale])
        {
            return BusinessSystem.Refuse($"There is no sale {number}.");
        }

        if (!sale.Cancelled)
        {
            connection.Execute($"UPDATE sale SET cancelled = 1 WHERE id = {id - 10000}");
            foreach (var line in JsonSerializer.Deserialize<ImmutableArray<SaleLine>>(sale.Lines, JsonSerializerOptions.Web))
            {
                ErpStock.Move(connection, line.Sku, line.Quantity, now);
            }
        }

        transaction.Commit();
        return Results.Ok();
    }

    private static List<Sale> Find(SqliteFile store, string? reference, DateTimeOffset? from, DateTimeOffset? until)
    {
        using var connection = store.Open();
        return
        [
            .. connection.Query(
                $"SELECT id, reference, customer, total, currency, cancelled, booked_at FROM sale WHERE {reference} IS NULL OR reference = {reference} ORDER BY id",
                row => new Sale(
                    Number(row.GetInt64(0)), row.GetString(1), row.GetString(2),
                    decimal.Parse(row.GetString(3), CultureInfo.InvariantCulture), row.GetString(4), row.GetBoolean(5),
                    DateTimeOffset.Parse(row.GetString(6), CultureInfo.InvariantCulture)))
                .Where(sale => !(sale.BookedAt < from) && !(sale.BookedAt >= until)),
        ];
    }

    private static string Number(long id) => string.Create(CultureInfo.InvariantCulture, $"S-{10000 + id}");

    private sealed record NewSale(string Reference, string Customer, ImmutableArray<SaleLine> Lines, decimal Total, string Currency);

    private sealed record SaleLine(string Sku, int Quantity, decimal UnitPrice);

    private sealed record Sale(string Number, string Reference, string Customer, decimal Total, string Currency, bool Cancelled, DateTimeOffset BookedAt);
}
