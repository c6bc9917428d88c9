using Hub.Adapters.Stock.Store;
using Hub.Storage;

namespace Hub.Adapters.Tests.Stock;

public sealed class SqliteStockStoreTests : StockStoreContract
{
    private protected override ValueTask<IStockDatabase> OpenAsync() =>
        ValueTask.FromResult<IStockDatabase>(new SqliteStockDatabase(new SqliteFile(Path.Combine(Folder, "stock.db"), durable: false)));

    protected override ValueTask CloseAsync() => ValueTask.CompletedTask;
}
