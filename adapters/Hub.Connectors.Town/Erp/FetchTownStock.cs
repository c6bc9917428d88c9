using System.Globalization;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Erp;

/// <summary>What the ERP can sell of each article that changed, page by page in the order of the articles.</summary>
internal sealed class FetchTownStock(ITownErpApi erp, VendorCalls calls) : IStockSource
{
    public Task<CallOutcome<StockPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            var fetched = await erp.GetStockAsync(since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), page, cancel);
            var levels = fetched.Levels.IsDefault ? throw new JsonException("It holds no levels.") : fetched.Levels;
            return new StockPage(
                [.. levels.Where(level => Sku.TryParse(level.Sku, out _)).Select(level => new StockLevel(Sku.Parse(level.Sku), level.Available))],
                levels.IsEmpty ? null : levels.Max(level => level.ChangedAt),
                fetched.Next);
        },
        cancellationToken);
}
