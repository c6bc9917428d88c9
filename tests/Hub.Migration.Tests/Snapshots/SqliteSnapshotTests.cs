using Hub.Migration.Config;
using Hub.Migration.Pipelines;

namespace Hub.Migration.Tests.Snapshots;

/// <summary>Not beside other tests: one of them looks at the memory of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class SqliteSnapshotTests : IDisposable
{
    private readonly TownFiles _town = new();

    public void Dispose() => _town.Dispose();

    [Fact]
    public async Task Snapshot_UnderRandomWritesAndKills_EqualsTheSourceAtTheEnd()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Products(1, 2_000);
        var open = Open(chunkRows: 1 + random.Next(200));
        try
        {
            for (var i = 0; i < 400; i++)
            {
                var id = 1 + random.Next(2_200);
                _town.Legacy(random.Next(5) switch
                {
                    0 => $"DELETE FROM Product WHERE Id = {id}",
                    1 => $"INSERT OR IGNORE INTO Product(Id, Sku, Name, Price) VALUES({id}, 'n{i}', 'new', {i})",
                    2 => $"UPDATE Product SET Id = {2_300 + i} WHERE Id = {id}",
                    3 => $"BEGIN; DELETE FROM Product WHERE Id = {id}; INSERT INTO Product(Id, Sku, Name, Price) VALUES({id}, 'b{i}', 'back', {i}); COMMIT",
                    _ => $"UPDATE Product SET Price = {i}, Name = 'u{i}' WHERE Id BETWEEN {id} AND {id + 20}",
                });
                if (random.Next(60) == 0)
                {
                    await open.DisposeAsync();
                    open = Open(chunkRows: 1 + random.Next(200));
                }
                else if (random.Next(40) == 0)
                {
                    open.Target.CopyAgain(["Product"]);
                }
            }

            await open.DrainAsync();
            await open.Until(() => Targets().SequenceEqual(Sources()));
        }
        finally
        {
            await open.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Pain", "SnapshotRestartsFromZero")]
    public async Task SnapshotRestartsFromZero_AfterAKill_GoesOnAtTheLastChunk()
    {
        Products(1, 3_000);
        await using (var first = Open(chunkRows: 100, rowsPerSecond: 1_000))
        {
            await first.Until(() => first.Target.Status.Target?.Copies["Product"].Rows >= 500);
        }

        var copied = int.Parse(_town.Rows("new-pricing.db", "SELECT rows FROM hub_copies WHERE source_table = 'Product'").Single(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(copied, 500, 2_999);
        await using var again = Open(chunkRows: 100);
        await again.DrainAsync();

        Assert.Equal(3_000 - copied, again.Target.Status.Applied);
        Assert.Equal(Sources(), Targets());
    }

    [Fact]
    public async Task TableCopiedAgain_WhileOthersStream_LosesWhatLegacyNoLongerHas()
    {
        Products(1, 50);
        await using var open = Open(chunkRows: 10);
        await open.DrainAsync();
        _town.Write("new-pricing.db", "INSERT INTO price VALUES(-5, '1.00', 'EUR'), (1000, '1.00', 'EUR'); UPDATE price SET amount = '0.00' WHERE product_id = 7; DELETE FROM price WHERE product_id = 9");
        open.Target.CopyAgain(["Product"]);

        await open.Until(() => Targets().SequenceEqual(Sources()));
        await open.Until(() => open.Target.Status is { State: PipelineState.Running });
    }

    [Fact]
    public async Task Progress_OfAThrottledCopy_TellsRateAndTimeLeft()
    {
        Products(1, 2_000);
        await using var open = Open(chunkRows: 50, rowsPerSecond: 400);
        await open.Until(() => open.Target.Status.Copy is { Rows: > 100, RowsPerSecond: > 0, Left: not null });

        var status = open.Target.Status;
        Assert.Equal((PipelineState.Snapshot, "Product", 2_000), (status.State, status.Copy!.Table, status.Copy.Estimate));
        Assert.InRange(status.Copy.RowsPerSecond!.Value, 1, 800);
    }

    [Fact]
    [Trait("Pain", "OutOfMemoryOnAHugeTransaction")]
    public async Task TransactionOf300kRows_WhileATableIsCopied_ComesInPartsThatFitIntoMemory()
    {
        Products(1, 100);
        await using var open = Open(chunkRows: 10);
        await open.DrainAsync();
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Products(1_001, 301_000);
        var (most, looks) = (0L, 0);
        await open.Until(() =>
        {
            // What is held counts, not what the collector has not got round to.
            if (looks++ % 10 == 0)
            {
                GC.Collect();
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
            }

            return open.Target.Status.Applied >= 300_100;
        });

        Assert.Equal("300100", _town.Rows("new-pricing.db", "SELECT count(*) FROM price").Single());
        Assert.True(open.Target.Status.Cut > 0);

        // The rows themselves are more than 300 MB as objects.
        Assert.InRange(most - before, long.MinValue, 200_000_000);
    }

    private OneTarget Open(int chunkRows, int rowsPerSecond = 0)
    {
        var dataset = _town.Dataset("catalog");
        return new OneTarget(
            dataset with { Source = dataset.Source! with { Snapshot = new SnapshotConfig { ChunkRows = chunkRows, RowsPerSecond = rowsPerSecond } } }, "pricing");
    }

    private void Products(int first, int last) => _town.Legacy(
        $"INSERT INTO Product(Id, Sku, Name, Price) WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i, 's' || i, 'P', i FROM n");

    private string[] Sources() => _town.Rows("legacy.db", "SELECT Id, printf('%.2f', Price) FROM Product ORDER BY Id");

    private string[] Targets() => _town.Rows("new-pricing.db", "SELECT product_id, amount FROM price ORDER BY product_id");
}
