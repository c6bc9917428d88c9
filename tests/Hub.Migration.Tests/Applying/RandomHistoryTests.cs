using System.Text;
using CsCheck;

namespace Hub.Migration.Tests.Applying;

/// <summary>
/// Random writes at legacy while rows are copied and changes applied, with the plug pulled at random steps: at the end
/// each target is what the mapping makes of the source. The expectation is plain SQL over legacy, written apart from the mapping.
/// </summary>
public sealed class RandomHistoryTests
{
    private const int Keys = 12;

    [Fact]
    public void Targets_AfterAnyHistory_EqualTheMappedSource() =>
        Gen.Int[0, 1_000_000].Sample(Run, iter: 25, threads: 1);

    private static void Run(int seed)
    {
        var random = new Random(seed);
        using var town = new TownFiles();
        town.Legacy("INSERT INTO Category VALUES(1, 'Pots', NULL, 1)");
        for (var i = random.Next(40); i > 0; i--)
        {
            Try(town, Statement(random));
        }

        var targets = new[] { ("catalog", "product"), ("catalog", "pricing"), ("orders", "order") };
        var open = new OpenTarget?[targets.Length];
        for (var step = 0; step < 160; step++)
        {
            var which = random.Next(targets.Length);
            switch (random.Next(10))
            {
                case < 5:
                    Try(town, Transaction(random));
                    break;
                case < 8:
                    Feed(which);
                    break;
                case 8:
                    Crash(which);
                    break;
                default:
                    Prune(town, open);
                    break;
            }
        }

        for (var i = 0; i < targets.Length; i++)
        {
            Feed(i);
            open[i]!.Drain();
            open[i]!.Dispose();
        }

        Check(town);

        void Feed(int which) => (open[which] ??= town.Open(targets[which].Item1, targets[which].Item2, chunkRows: 1 + random.Next(6))).Feed.Step(CancellationToken.None);

        void Crash(int which)
        {
            if (open[which] is not { } victim)
            {
                return;
            }

            var left = random.Next(12);
            victim.Store.Batches.BetweenSteps = () =>
            {
                if (left-- == 0)
                {
                    throw new IOException("plug pulled");
                }
            };
            try
            {
                victim.Feed.Step(CancellationToken.None);
            }
            catch (IOException)
            {
                // Killed: what was not committed is gone.
            }

            victim.Dispose();
            open[which] = null;
        }
    }

    private static void Check(TownFiles town)
    {
        const string utc = "strftime('%Y-%m-%dT%H:%M:%SZ', {0}, '-1 hours')";
        Same("SELECT Id, Sku, Name, ShortDescription, CategoryId, Published, Attributes, " + string.Format(null, CompositeFormat.Parse(utc), "UpdatedOn") + " FROM Product ORDER BY Id",
            "new-product.db", "SELECT id, sku, name, description, category_id, published, attributes, updated_at FROM product ORDER BY id");
        Same("SELECT Slug, EntityName, EntityId, IsActive, RedirectTo FROM UrlRecord ORDER BY Slug",
            "new-product.db", "SELECT slug, kind, entity_id, active, redirect_to FROM slug ORDER BY slug");
        Same("SELECT Id, printf('%.2f', Price), 'EUR' FROM Product ORDER BY Id",
            "new-pricing.db", "SELECT product_id, amount, currency FROM price ORDER BY product_id");
        Same("SELECT Id, OrderNumber, Status, printf('%.2f', Total) FROM Orders ORDER BY Id",
            "new-order.db", "SELECT id, number, status, total FROM \"order\" ORDER BY id");
        Same("SELECT Id, OrderId, Quantity, printf('%.2f', UnitPrice) FROM OrderLine WHERE OrderId IN (SELECT Id FROM Orders) ORDER BY Id",
            "new-order.db", "SELECT id, order_id, quantity, unit_price FROM order_line ORDER BY id");
        foreach (var file in new[] { "new-product.db", "new-pricing.db" })
        {
            Assert.Empty(town.Rows(file, "SELECT source_table, key, reason FROM hub_quarantine"));
        }

        // Every order that is whole now was told, and none twice.
        var told = town.Rows("new-order.db", "SELECT key FROM hub_outbox");
        Assert.Equal(told.Length, told.Distinct().Count());
        Assert.Empty(town.Rows("legacy.db",
            """
            SELECT 'shop/' || OrderNumber FROM Orders o WHERE Status = 'paid' AND EXISTS (SELECT 1 FROM OrderLine l WHERE l.OrderId = o.Id)
              AND Total = (SELECT sum(Quantity * UnitPrice) FROM OrderLine l WHERE l.OrderId = o.Id)
            """).Except(told));

        void Same(string legacy, string file, string sql) => Assert.Equal(town.Rows("legacy.db", legacy), town.Rows(file, sql));
    }

    private static string Transaction(Random random)
    {
        var sql = new StringBuilder("BEGIN;");
        for (var i = 1 + random.Next(6); i > 0; i--)
        {
            sql.Append(Statement(random)).Append(';');
        }

        return sql.Append(random.Next(5) == 0 ? "ROLLBACK" : "COMMIT").ToString();
    }

    private static string Statement(Random random)
    {
        var (a, b, text) = (1 + random.Next(Keys), 1 + random.Next(Keys), $"'{"abcdefgh"[random.Next(8)]}'");
        var cents = random.Next(10_000);
        return FormattableString.Invariant(random.Next(14) switch
        {
            0 or 1 => (FormattableString)$"INSERT INTO Product(Id, Sku, Name, Price) VALUES({a}, {text}, {text}, {cents} / 100.0)",
            2 => $"UPDATE Product SET Price = {cents} / 100.0, Name = {text}, UpdatedOn = '2026-02-0{1 + random.Next(9)} 10:00:00' WHERE Id = {a}",
            3 => $"DELETE FROM Product WHERE Id = {a}",
            4 => $"UPDATE Product SET Id = {b} WHERE Id = {a}",
            5 => $"UPDATE Product SET Sku = 'tmp' WHERE Id = {a}; UPDATE Product SET Sku = {text} WHERE Id = {b}; UPDATE Product SET Sku = {text} || 'x' WHERE Id = {a}",
            6 => $"INSERT INTO UrlRecord(Id, EntityName, EntityId, Slug) VALUES({a}, 'Product', {b}, {text})",
            7 => $"UPDATE UrlRecord SET Slug = (SELECT 's' || max(Id) FROM UrlRecord) WHERE Id = {a}; UPDATE UrlRecord SET Slug = {text} WHERE Id = {b}",
            8 => $"DELETE FROM UrlRecord WHERE Id = {a}; INSERT INTO UrlRecord(Id, EntityName, EntityId, Slug, RedirectTo) VALUES({a}, 'Topic', 1, {text}, NULL)",
            9 => $"UPDATE UrlRecord SET Id = Id + 100 WHERE Id = {a}; UPDATE UrlRecord SET Id = Id - 99 WHERE Id > 100",
            10 => $"INSERT INTO Orders VALUES({a}, 'N{a}-{cents}', NULL, 'e', 'pending', {b}, 'EUR', 'web', NULL, 'n', 's', 'c', 'z', 'DE', '2026-01-01 00:00:00', NULL)",
            11 => $"INSERT INTO OrderLine(OrderId, ProductId, Sku, Name, Quantity, UnitPrice) VALUES({a}, 1, 's', 'n', {1 + random.Next(3)}, {1 + random.Next(4)})",
            12 => $"UPDATE Orders SET Status = 'paid', Total = (SELECT sum(Quantity * UnitPrice) FROM OrderLine WHERE OrderId = {a}) WHERE Id = {a} AND EXISTS (SELECT 1 FROM OrderLine WHERE OrderId = {a})",
            _ => $"DELETE FROM OrderLine WHERE OrderId = {a}; DELETE FROM Orders WHERE Id = {a}",
        });
    }

    /// <summary>Legacy's own constraints refuse some of it: then the whole transaction is rolled back, as a shop does.</summary>
    private static void Try(TownFiles town, string sql)
    {
        try
        {
            town.Legacy(sql);
        }
        catch (Microsoft.Data.Sqlite.SqliteException e) when (e.SqliteErrorCode == 19)
        {
            if (sql.StartsWith("BEGIN", StringComparison.Ordinal))
            {
                town.Legacy("ROLLBACK");
            }
        }
    }

    private static void Prune(TownFiles town, OpenTarget?[] open)
    {
        if (open[0] is { } product && open[1] is { } pricing)
        {
            product.Log.Prune(product.Store.Next < pricing.Store.Next ? product.Store.Next : pricing.Store.Next);
        }

        open[2]?.Log.Prune(open[2]!.Store.Next);
    }
}
