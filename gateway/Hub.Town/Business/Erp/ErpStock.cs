using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Business.Erp;

/// <summary>
/// What the ERP has in stock: a sale takes from it, a cancelled one gives back, and <c>POST /stock/TS-001 {"change": 50}</c> is goods that come in. Its times
/// have whole seconds, so that several changes have the same one.
/// </summary>
internal static class ErpStock
{
    public const string Schema = """
        CREATE TABLE stock (sku TEXT PRIMARY KEY, available INTEGER NOT NULL, changed_at INTEGER NOT NULL);
        CREATE INDEX stock_changed ON stock (changed_at);
        """;

    private const int Articles = 240;
    private const int PageSize = 100;

    /// <summary>The shop's articles, some of each, the first time.</summary>
    public static void Fill(SqliteFile store, DateTimeOffset now)
    {
        using var connection = store.Open();
        using var transaction = connection.BeginTransaction();
        if (connection.QueryNumber($"SELECT COUNT(*) FROM stock") == 0)
        {
            for (var article = 1; article <= Articles; article++)
            {
                Move(connection, $"TS-{article:D3}", 20 + (article * 37 % 60), now);
            }
        }

        transaction.Commit();
    }

    public static void Map(WebApplication app, SqliteFile store, TimeProvider time)
    {
        app.MapGet("/stock", (DateTimeOffset? since, string? after) => GetPage(store, since ?? DateTimeOffset.UnixEpoch, after ?? ""));
        app.MapPost("/stock/{sku}", (string sku, GoodsIn goods) =>
        {
            using var connection = store.Open();
            Move(connection, sku, goods.Change, time.GetUtcNow());
            return Results.Ok();
        });
    }

    /// <summary>Pieces come or go.</summary>
    public static void Move(SqliteConnection connection, string sku, int change, DateTimeOffset now) => connection.Execute($"""
        INSERT INTO stock (sku, available, changed_at) VALUES ({sku}, {change}, {now.ToUnixTimeSeconds()})
        ON CONFLICT (sku) DO UPDATE SET available = available + excluded.available, changed_at = excluded.changed_at
        """);

    private static IResult GetPage(SqliteFile store, DateTimeOffset since, string after)
    {
        using var connection = store.Open();
        var rows = connection.Query(
            $"SELECT sku, available, changed_at FROM stock WHERE changed_at >= {since.ToUnixTimeSeconds()} AND sku > {after} ORDER BY sku LIMIT {PageSize + 1}",
            row => new Level(row.GetString(0), row.GetInt32(1), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(2))));
        return Results.Ok(new
        {
            Levels = rows.Take(PageSize),
            Next = rows.Count > PageSize ? rows[PageSize - 1].Sku : null,
        });
    }

    private sealed record GoodsIn(int Change);

    private sealed record Level(string Sku, int Available, DateTimeOffset ChangedAt);
}
