using Hub.Adapters.Stock.Store;
using Hub.Servers;

namespace Hub.Adapters.Tests.Stock;

public sealed class PostgresStockStoreTests : StockStoreContract
{
    private TestDatabase _server = null!;
    private PostgresStockDatabase _opened = null!;

    protected override int Rounds => 1;

    private protected override async ValueTask<IStockDatabase> OpenAsync()
    {
        _server = await TestDatabase.PostgresAsync("hub_stock");
        return _opened = new PostgresStockDatabase($"{_server.ConnectionString};Pooling=true");
    }

    protected override async ValueTask CloseAsync()
    {
        await _opened.DisposeAsync();
        await _server.DisposeAsync();
    }
}
