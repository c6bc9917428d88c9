using Hub.Migration.Pipelines;

namespace Hub.Migration.Tests.Pipelines;

public sealed class PauseTests : IDisposable
{
    private readonly TownFiles _town = new();

    public void Dispose() => _town.Dispose();

    [Fact]
    public async Task Pause_ByAPerson_OutlivesARestartAndIsResumed()
    {
        await using (var open = Open())
        {
            await open.DrainAsync();
            await open.Target.PauseAsync(PauseReason.Of("ann", "stock taking"), CancellationToken.None);
            await Paused(open, "Paused by ann: stock taking");
        }

        Product(1);
        await using var again = Open();
        await Paused(again, "Paused by ann: stock taking");
        Assert.Empty(_town.Rows("new-pricing.db", "SELECT product_id FROM price"));
        await again.Target.ResumeAsync(snapshot: false, CancellationToken.None);

        await again.DrainAsync();
        Assert.Equal(["1"], _town.Rows("new-pricing.db", "SELECT product_id FROM price"));
    }

    [Fact]
    public async Task SourceRestored_PausesUntilItIsCopiedAgain()
    {
        Product(1);
        Product(2);
        await using var open = Open();
        await open.DrainAsync();
        _town.Legacy("DELETE FROM hub_changes; UPDATE sqlite_sequence SET seq = 0 WHERE name = 'hub_changes'; DELETE FROM Product WHERE Id = 2");
        await Paused(open, "restored from a backup");
        Assert.True(PauseReason.IsGap(open.Target.Status.Problems[0]));
        await open.Target.ResumeAsync(snapshot: true, CancellationToken.None);

        await open.Until(() => _town.Rows("new-pricing.db", "SELECT product_id FROM price") is ["1"]);
        await open.DrainAsync();
    }

    [Fact]
    public async Task TableMadeAnew_PausesAndIsCopiedAgain()
    {
        Product(1);
        await using var open = Open();
        await open.DrainAsync();
        _town.Legacy("CREATE TABLE P2 AS SELECT * FROM Product; DROP TABLE Product; "
            + "CREATE TABLE Product(Id INTEGER PRIMARY KEY, Sku TEXT NOT NULL UNIQUE, Name TEXT NOT NULL, ShortDescription TEXT, Price NUMERIC NOT NULL, CategoryId INTEGER, "
            + "Published TINYINT, StockQuantity INTEGER, Attributes TEXT, CreatedOn TEXT, UpdatedOn TEXT); INSERT INTO Product SELECT * FROM P2 WHERE 0; "
            + "INSERT INTO Product(Id, Sku, Name, Price) VALUES(5, 'e', 'E', 5)");
        await Paused(open, "was made anew");
        await open.Target.ResumeAsync(snapshot: true, CancellationToken.None);

        await open.Until(() => _town.Rows("new-pricing.db", "SELECT product_id FROM price") is ["5"]);
    }

    [Fact]
    public async Task ColumnAdded_IsToldAndNothingStops()
    {
        await using var open = Open();
        await open.DrainAsync();
        _town.Legacy("ALTER TABLE Product ADD COLUMN Weight INTEGER");
        Product(1);

        await open.Until(() => open.Target.Notes.Concat(open.Target.Status.Problems).Any(note => note.StartsWith("Product has a new column Weight", StringComparison.Ordinal)));
        await open.DrainAsync();
        Assert.Equal(["1"], _town.Rows("new-pricing.db", "SELECT product_id FROM price"));
    }

    [Fact]
    public async Task ColumnRenamedThatIsMapped_PausesBeforeARowIsWrittenWithoutIt()
    {
        Product(1);
        await using var open = Open();
        await open.DrainAsync();
        _town.Legacy("ALTER TABLE Product RENAME COLUMN Price TO Amount");
        await Paused(open, "has no column Price any longer");
        Assert.False(PauseReason.IsGap(open.Target.Status.Problems[0]));
        _town.Legacy("ALTER TABLE Product RENAME COLUMN Amount TO Price");
        await open.Until(() => _town.Rows("legacy.db", "SELECT sql FROM sqlite_master WHERE name = 'hub_Product_insert'") is [var trigger]
            && trigger.Contains("\"Price\":", StringComparison.Ordinal));
        Product(2);
        await open.Target.ResumeAsync(snapshot: false, CancellationToken.None);

        await open.Until(() => _town.Rows("new-pricing.db", "SELECT product_id FROM price") is ["1", "2"]);
        Assert.Equal(0, open.Target.Status.Target!.Quarantined);
    }

    private OneTarget Open() => new(_town.Dataset("catalog"), "pricing");

    private void Product(int id) => _town.Legacy($"INSERT INTO Product(Id, Sku, Name, Price) VALUES({id}, 's{id}', 'P', {id})");

    private static Task Paused(OneTarget open, string why) => open.Until(() => open.Target.Status is { State: PipelineState.Paused, Problems: [var problem] }
        && problem.Contains(why, StringComparison.Ordinal));
}
