namespace Hub.Migration.Tests.Pipelines;

public sealed class RetryTests : IDisposable
{
    private readonly TownFiles _town = new();

    public void Dispose() => _town.Dispose();

    [Fact]
    public async Task Retry_OfOneEntry_LeavesTheOthersWaiting()
    {
        await using var open = new OneTarget(_town.Dataset("catalog"), "pricing");
        await open.DrainAsync();
        _town.Write("new-pricing.db", "CREATE TRIGGER refuses BEFORE INSERT ON price BEGIN SELECT RAISE(ABORT, 'not yet'); END");
        _town.Legacy("INSERT INTO Product(Id, Sku, Name, Price) VALUES(1, 'a', 'A', 1), (2, 'b', 'B', 2), (3, 'c', 'C', 3)");
        await open.DrainAsync();
        _town.Write("new-pricing.db", "DROP TRIGGER refuses");
        var waiting = await open.Target.Store.ListQuarantineAsync(0, 10, CancellationToken.None);
        Assert.Equal(["1", "2", "3"], waiting.Select(entry => entry.Change.Key[0].Text));

        open.Target.Retry(waiting[1].Id);

        await open.Until(() => _town.Rows("new-pricing.db", "SELECT product_id FROM price") is ["2"]);
        await open.DrainAsync();
        Assert.Equal(2, open.Target.Status.Target!.Quarantined);
        open.Target.Retry(id: null);
        await open.Until(() => _town.Rows("new-pricing.db", "SELECT product_id FROM price ORDER BY product_id") is ["1", "2", "3"]);
    }
}
