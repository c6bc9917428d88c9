using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Applying;

namespace Hub.Migration.Tests.Applying;

/// <summary>What users of other pipelines report (CDC.md "Pains users report elsewhere"), each by its name.</summary>
public sealed class PainTests : IDisposable
{
    private readonly TownFiles _town = new();

    public PainTests() => _town.Legacy("INSERT INTO Category VALUES(1, 'Pots', NULL, 1)");

    public void Dispose() => _town.Dispose();

    [Fact]
    public void OlderRecordOverwritesNewer()
    {
        _town.Feed("catalog", "product");
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'old', 1)");
        using var open = _town.Open("catalog", "product");
        var before = open.Store.Next;
        var older = open.Log.Read(before);
        open.Drain();
        _town.Legacy("UPDATE Product SET Name = 'new'");
        open.Drain();

        // A replayed batch finds the position moved on.
        Assert.Throws<FencedException>(() => open.Store.Batches.Write(
            new BatchRequest(older.Events, before, older.Next, Epoch: 2, Copy: null), CancellationToken.None));
        Assert.Equal(["new"], _town.Rows("new-product.db", "SELECT name FROM product"));
    }

    [Fact]
    public void SourceRestored_WhoseWatermarkCatchesUp_IsStillNotGoneOnFrom()
    {
        using var open = _town.Open("catalog", "product");
        for (var i = 0; i < 5; i++)
        {
            open.Log.WriteWatermark(DateTimeOffset.UnixEpoch);
        }

        open.Drain();
        _town.Legacy("UPDATE hub_watermark SET counter = 1");
        for (var i = 0; i < 10; i++)
        {
            open.Log.WriteWatermark(DateTimeOffset.UnixEpoch);
        }

        Assert.Contains("went back", Assert.Throws<FeedBrokenException>(open.Drain).Message, StringComparison.Ordinal);
        Assert.Throws<FeedBrokenException>(open.Drain);
    }

    [Fact]
    public void NullInAKey_IsQuarantinedAndNoGhost()
    {
        var change = new ChangeEvent(
            ChangeOperation.Create, "Category", ChangeRow.Parse("{\"Id\":null}"u8), null,
            ChangeRow.Parse("{\"Id\":null,\"Name\":\"a\",\"ParentId\":null,\"Published\":1}"u8), new Position(1), DateTimeOffset.UnixEpoch);
        using var open = _town.Open("catalog", "product");

        Assert.Contains("belongs to the key", open.Store.Mapping.Map(change, []), StringComparison.Ordinal);
    }

    [Fact]
    public void LostDeletes_WhileTheHubIsDown()
    {
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'a', 1), (2, 'b', 'b', 1)");
        _town.Feed("catalog", "product");
        _town.Legacy("DELETE FROM Product WHERE Id = 1");
        _town.Feed("catalog", "product");

        Assert.Equal(["2"], _town.Rows("new-product.db", "SELECT id FROM product"));
    }

    [Fact]
    public void LostDeletes_WhileTheFirstCopyIsInterrupted_LeaveNoGhosts()
    {
        InsertProducts(30);
        using (var open = _town.Open("catalog", "product", chunkRows: 10))
        {
            Steps(open, 3);
        }

        _town.Legacy("DELETE FROM Product WHERE Id % 2 = 0");
        _town.Feed("catalog", "product");

        Assert.Equal(_town.Rows("legacy.db", "SELECT Id FROM Product ORDER BY Id"), _town.Rows("new-product.db", "SELECT id FROM product ORDER BY id"));
    }

    [Fact]
    public void SnapshotRestartsFromZero()
    {
        InsertProducts(50);
        using (var open = _town.Open("catalog", "product", chunkRows: 10))
        {
            Steps(open, 4);
        }

        var copied = _town.Rows("new-product.db", "SELECT rows FROM hub_copies WHERE source_table = 'Product'").Single();
        using var again = _town.Open("catalog", "product", chunkRows: 10);

        Assert.Equal("30", copied);
        Assert.Equal(30, again.Store.Copies["Product"].Rows);
        again.Drain();
        Assert.Equal(50, again.Store.Copies["Product"].Rows);
        Assert.Equal(20, again.Store.Batches.Applied);
    }

    [Fact]
    public void SnapshotRAfterNewerChanges()
    {
        InsertProducts(3);
        using var open = _town.Open("catalog", "product");
        Steps(open, 1);
        using var legacy = _town.Source.Open();
        var chunk = open.Log.ReadChunk(SqliteTable.Read(legacy, "Product")!, null, 10);
        _town.Legacy("UPDATE Product SET Name = 'newer' WHERE Id = 1; DELETE FROM Product WHERE Id = 2");
        open.Drain();

        // A chunk that comes too late would bring the old name and the deleted row back.
        Assert.Throws<FencedException>(() => open.Store.Batches.Write(
            new BatchRequest(chunk.Events, chunk.At, chunk.At, Epoch: 1, Copy: null), CancellationToken.None));
        Assert.Equal(["1 newer", "3 P3"], _town.Rows("new-product.db", "SELECT id, name FROM product ORDER BY id"));
    }

    [Fact]
    public void OneBadRecordStopsEverything()
    {
        _town.Feed("catalog", "pricing");
        _town.Legacy(
            """
            INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'a', 1), (2, 'b', 'b', 1.234), (3, 'c', 'c', 3);
            UPDATE Product SET Price = 1.235 WHERE Id = 2; UPDATE Product SET Price = 2 WHERE Id = 1;
            """);
        _town.Feed("catalog", "pricing");

        Assert.Equal(["1 2.00", "3 3.00"], _town.Rows("new-pricing.db", "SELECT product_id, amount FROM price ORDER BY product_id"));
        Assert.Equal(
            ["Product {\"Id\":2} 2 price: column amount (from Price): 1.235 is not an amount with two decimals; rounding would lose some of it"],
            _town.Rows("new-pricing.db", "SELECT source_table, key, events, reason FROM hub_quarantine"));

        _town.Legacy("UPDATE Product SET Price = 1.23 WHERE Id = 2");
        _town.Feed("catalog", "pricing");
        Assert.Equal(["2 1.23"], _town.Rows("new-pricing.db", "SELECT product_id, amount FROM price WHERE product_id = 2"));
        Assert.Empty(_town.Rows("new-pricing.db", "SELECT key FROM hub_quarantine"));
    }

    [Fact]
    public void OneBadRecordStopsEverything_ByAConstraint()
    {
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'a', 1)");
        _town.Feed("catalog", "product");
        _town.Write("new-product.db", "CREATE TRIGGER strict BEFORE INSERT ON product WHEN NEW.name = 'bad' BEGIN SELECT RAISE(ABORT, 'no bad names'); END");
        _town.Legacy(
            """
            INSERT INTO Product(Id, Sku, Name, Price) VALUES(2, 'b', 'bad', 1), (3, 'c', 'good', 1);
            UPDATE Product SET Name = 'bad' WHERE Id = 1;
            """);
        _town.Feed("catalog", "product");

        Assert.Equal(["1 a", "3 good"], _town.Rows("new-product.db", "SELECT id, name FROM product ORDER BY id"));
        Assert.Equal(["{\"Id\":2} no bad names", "{\"Id\":1} no bad names"], _town.Rows("new-product.db", "SELECT key, substr(reason, instr(reason, 'no '), 12) FROM hub_quarantine ORDER BY position"));

        _town.Legacy("DELETE FROM Product WHERE Id = 2; UPDATE Product SET Name = 'b' WHERE Id = 1");
        _town.Feed("catalog", "product");
        Assert.Equal(["1 b", "3 good"], _town.Rows("new-product.db", "SELECT id, name FROM product ORDER BY id"));
        Assert.Empty(_town.Rows("new-product.db", "SELECT key FROM hub_quarantine"));
    }

    [Fact]
    public void OffsetsCommittedAndNothingWritten_AtAnyStep()
    {
        _town.Feed("orders", "order");
        InsertOrder(1, "paid");
        for (var at = 0; ; at++)
        {
            using var open = _town.Open("orders", "order");
            var left = at;
            open.Store.Batches.BetweenSteps = () =>
            {
                if (left-- == 0)
                {
                    throw new IOException("plug pulled");
                }
            };
            try
            {
                open.Drain();
                Assert.True(at > 4);
                break;
            }
            catch (IOException)
            {
                Assert.Equal(["0 0 0"], _town.Rows("new-order.db", "SELECT (SELECT count(*) FROM \"order\"), (SELECT count(*) FROM order_line), (SELECT count(*) FROM hub_outbox)"));
                Assert.Equal(["0"], _town.Rows("new-order.db", "SELECT next FROM hub_positions"));
            }
        }

        Assert.Equal(["1 2 1"], _town.Rows("new-order.db", "SELECT (SELECT count(*) FROM \"order\"), (SELECT count(*) FROM order_line), (SELECT count(*) FROM hub_outbox)"));
    }

    [Fact]
    public void RowsLostToForeignKeyOrder()
    {
        _town.Feed("catalog", "product");
        // Legacy has no foreign keys: the child comes first, and a category stands below one that comes later.
        _town.Legacy(
            """
            BEGIN; INSERT INTO Product(Id, Sku, Name, Price, CategoryId) VALUES(1, 'a', 'a', 1, 9);
            INSERT INTO Category VALUES(8, 'Small', 9, 1), (9, 'All', NULL, 1); COMMIT;
            """);
        _town.Feed("catalog", "product");

        Assert.Equal(["1 9"], _town.Rows("new-product.db", "SELECT id, category_id FROM product"));
        Assert.Equal(["1", "8", "9"], _town.Rows("new-product.db", "SELECT id FROM category ORDER BY id"));
    }

    [Fact]
    public void RowsLostToForeignKeyOrder_WhoseParentComesLater_WaitForIt()
    {
        _town.Feed("catalog", "product");
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price, CategoryId) VALUES(1, 'a', 'a', 1, 9), (2, 'b', 'b', 1, 1)");
        _town.Feed("catalog", "product");
        Assert.Equal(["2"], _town.Rows("new-product.db", "SELECT id FROM product"));

        _town.Legacy("INSERT INTO Category VALUES(9, 'All', NULL, 1)");
        _town.Feed("catalog", "product");
        Assert.Equal(["1", "2"], _town.Rows("new-product.db", "SELECT id FROM product ORDER BY id"));
        Assert.Empty(_town.Rows("new-product.db", "SELECT key FROM hub_quarantine"));
    }

    [Fact]
    public void RowsLostToForeignKeyOrder_InTheFirstCopy()
    {
        _town.Legacy("INSERT INTO Category VALUES(2, 'Small', 5, 1), (3, 'Smaller', 2, 1), (5, 'All', NULL, 1)");
        using var open = _town.Open("catalog", "product", chunkRows: 1);
        open.Drain();

        Assert.Equal(["1", "2", "3", "5"], _town.Rows("new-product.db", "SELECT id FROM category ORDER BY id"));
        Assert.Equal(0, open.Store.Quarantined);
    }

    [Fact]
    public void SnapshotAndStreamDisagreeOnTheTimeZone()
    {
        const string rows = "(1, 'a', 'a', 1, '2026-07-01 12:00:00'), (2, 'b', 'b', 1, '2026-10-25 02:30:00'), (3, 'c', 'c', 1, '2026-03-29 02:30:00')";
        _town.Legacy($"INSERT INTO Product(Id, Sku, Name, Price, UpdatedOn) VALUES {rows}");
        _town.Feed("catalog", "product");
        var copied = _town.Rows("new-product.db", "SELECT id, updated_at FROM product ORDER BY id");
        _town.Legacy($"DELETE FROM Product; INSERT INTO Product(Id, Sku, Name, Price, UpdatedOn) VALUES {rows}");
        _town.Feed("catalog", "product");

        Assert.Equal(["1 2026-07-01T10:00:00Z", "2 2026-10-25T00:30:00Z", "3 2026-03-29T01:30:00Z"], copied);
        Assert.Equal(copied, _town.Rows("new-product.db", "SELECT id, updated_at FROM product ORDER BY id"));
    }

    [Fact]
    public void OutOfMemoryOnAHugeTransaction()
    {
        _town.Feed("catalog", "pricing");
        InsertProducts(9_000);
        using var open = _town.Open("catalog", "pricing");
        var batches = 0;
        while (open.Feed.Step(CancellationToken.None))
        {
            batches++;
        }

        Assert.Equal(4, batches);
        Assert.Equal(["9000"], _town.Rows("new-pricing.db", "SELECT count(*) FROM price"));
    }

    [Fact]
    public void SwappedUniqueValues_AreNotPoison()
    {
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'x', 1), (2, 'b', 'y', 1)");
        _town.Feed("catalog", "product");
        // What legacy swapped over in the middle can't stand in the target: only the net effect can be written.
        _town.Write("new-product.db", "CREATE TRIGGER strict BEFORE UPDATE ON product WHEN NEW.sku = 't' BEGIN SELECT RAISE(ABORT, 'no t'); END");
        _town.Legacy("BEGIN; UPDATE Product SET Sku = 't' WHERE Id = 1; UPDATE Product SET Sku = 'a' WHERE Id = 2; UPDATE Product SET Sku = 'b' WHERE Id = 1; COMMIT");
        _town.Feed("catalog", "product");

        Assert.Equal(["1 b", "2 a"], _town.Rows("new-product.db", "SELECT id, sku FROM product ORDER BY id"));
        Assert.Empty(_town.Rows("new-product.db", "SELECT key FROM hub_quarantine"));
    }

    [Fact]
    public void BadRow_WhoseKeyInTheTargetMovesMeanwhile_LeavesNoGhost()
    {
        _town.Legacy("INSERT INTO UrlRecord(Id, EntityName, EntityId, Slug) VALUES(1, 'Product', 1, 'one')");
        _town.Feed("catalog", "product");
        _town.Legacy("UPDATE UrlRecord SET Slug = 'two', EntityName = 'Nonsense'");
        _town.Feed("catalog", "product");
        Assert.Equal(["one"], _town.Rows("new-product.db", "SELECT slug FROM slug"));

        _town.Legacy("UPDATE UrlRecord SET Slug = 'three', EntityName = 'Topic'");
        _town.Feed("catalog", "product");
        Assert.Equal(["three Topic"], _town.Rows("new-product.db", "SELECT slug, kind FROM slug"));
    }

    [Fact]
    public void SecondInstance_TakesTheTargetOver_AndTheFirstStopsLoudly()
    {
        using var first = _town.Open("catalog", "product");
        first.Drain();
        using var second = _town.Open("catalog", "product");
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'x', 1)");

        Assert.Contains("Another instance", Assert.Throws<FencedException>(first.Drain).Message, StringComparison.Ordinal);
        second.Drain();
        Assert.Equal(["1"], _town.Rows("new-product.db", "SELECT id FROM product"));
    }

    [Fact]
    public void CaptureMadeAnew_PausesUntilThePersonActs()
    {
        _town.Feed("catalog", "product");
        _town.Legacy("DROP TRIGGER hub_Product_delete");

        Assert.Contains("capture of Product in legacy.db was made anew", Assert.Throws<FeedBrokenException>(() => _town.Open("catalog", "product")).Message, StringComparison.Ordinal);
        _town.Write("new-product.db", "DELETE FROM product; DELETE FROM hub_copies WHERE source_table = 'Product'");
        _town.Feed("catalog", "product");
    }

    [Fact]
    public void WatermarkThatGoesBack_OfARestoredSource_Pauses()
    {
        using var open = _town.Open("catalog", "product");
        open.Drain();
        open.Log.WriteWatermark(DateTimeOffset.UnixEpoch.AddSeconds(1));
        open.Log.WriteWatermark(DateTimeOffset.UnixEpoch.AddSeconds(2));
        open.Drain();
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(2), open.Store.AppliedAt);

        _town.Legacy("UPDATE hub_watermark SET counter = 0 WHERE dataset = 'catalog'");
        Assert.Contains("restored from a backup", Assert.Throws<FeedBrokenException>(open.Drain).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TargetWithRowsOfUnknownOrigin_IsNotTaken()
    {
        _town.Write("new-product.db", "INSERT INTO topic VALUES(1, 'a', 'b')");

        Assert.Contains("topic holds rows", Assert.Throws<FeedBrokenException>(() => _town.Open("catalog", "product")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherMapping_OfTheSameKey_CopiesTheRowsAgain()
    {
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'x', 1)");
        _town.Feed("catalog", "pricing");
        _town.Feed("catalog", "pricing", text => text.Replace("\"EUR\"", "\"CHF\"", StringComparison.Ordinal));

        Assert.Equal(["1.00 CHF"], _town.Rows("new-pricing.db", "SELECT amount, currency FROM price"));
    }

    private void InsertProducts(int count) => _town.Legacy(
        $"INSERT INTO Product(Id, Sku, Name, Price) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i, 's' || i, 'P' || i, i FROM n");

    private void InsertOrder(int id, string status) => _town.Legacy(
        $"""
        BEGIN; INSERT INTO Orders VALUES({id}, 'N{id}', NULL, 'a@b.test', '{status}', 29.9, 'EUR', 'web', NULL, 'A', 'S', 'C', 'Z', 'DE', '2026-01-15 12:00:00', NULL);
        INSERT INTO OrderLine VALUES({id}0, {id}, 1, 's1', 'P', 2, 9.95), ({id}1, {id}, 2, 's2', 'Q', 1, 10); COMMIT;
        """);

    private static void Steps(OpenTarget open, int count)
    {
        for (var i = 0; i < count; i++)
        {
            open.Feed.Step(CancellationToken.None);
        }
    }
}
