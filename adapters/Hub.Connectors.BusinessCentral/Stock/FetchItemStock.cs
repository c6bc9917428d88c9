using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.BusinessCentral.Webhooks;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.BusinessCentral.Stock;

/// <summary>
/// What can be sold: an item's inventory less what open sales orders have yet to take. All items each time, since <c>inventory</c> is computed: a posting
/// changes it without touching the item's <c>lastModifiedDateTime</c>.
/// </summary>
internal sealed class FetchItemStock(
    IBusinessCentralApi api, VendorCalls calls, BusinessCentralOptions options, CrossReferences references, KeepSubscriptions subscriptions, TimeProvider time) : IStockSource
{
    private DateTimeOffset? _readAt;
    private Dictionary<string, decimal>? _leaving;

    private Guid Company => options.Company!.Value;

    public async Task<CallOutcome<StockPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken)
    {
        if (page is null)
        {
            await subscriptions.EnsureAsync(cancellationToken);
            if (time.GetUtcNow() - _readAt < options.StockEvery)
            {
                return new CallOutcome<StockPage>.Done(new StockPage([], null, null));
            }
        }

        return await calls.CallAsync(
            async cancel =>
            {
                var leaving = page is null || _leaving is null ? _leaving = await LeavingAsync(cancel) : _leaving;
                var items = await api.GetItemsAsync(
                    Company, page is null ? BusinessCentralQuery.Where("type eq 'Inventory' and blocked eq false") : BusinessCentralQuery.Next(page), BusinessCentralQuery.Prefer, cancel);
                var next = BusinessCentralQuery.Of(items.Next);
                _readAt = next is null ? time.GetUtcNow() : _readAt;
                return new StockPage(Levels(items.Entries, leaving), null, next);
            },
            cancellationToken);
    }

    private ImmutableArray<StockLevel> Levels(IEnumerable<Item> items, Dictionary<string, decimal> leaving) =>
    [
        .. from item in items
           where item is { Number: not null, Inventory: not null }
           let left = item.Inventory!.Value - leaving.GetValueOrDefault(item.Number!)
           from key in references.KeysOf(CrossReferences.Items, item.Number!)
           where Sku.TryParse(key, out _)
           select new StockLevel(Sku.Parse(key), (int)Math.Clamp(Math.Floor(left), int.MinValue, int.MaxValue)),
    ];

    /// <summary>What open orders have yet to take, by item.</summary>
    private async Task<Dictionary<string, decimal>> LeavingAsync(CancellationToken cancellationToken)
    {
        var leaving = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var query = BusinessCentralQuery.Where("fullyShipped eq false", expand: "salesOrderLines");
        while (true)
        {
            var page = await api.GetOrdersAsync(Company, query, cancellationToken);
            foreach (var line in page.Entries.SelectMany(order => order.SalesOrderLines ?? []))
            {
                if (line.LineObjectNumber is { } number && line.Quantity > line.ShippedQuantity)
                {
                    leaving[number] = leaving.GetValueOrDefault(number) + line.Quantity - line.ShippedQuantity;
                }
            }

            if (BusinessCentralQuery.Of(page.Next) is not { } next)
            {
                return leaving;
            }

            query = BusinessCentralQuery.Next(next);
        }
    }
}
