using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.Xero.Stock;

/// <summary>
/// What can be sold of the items whose stock Xero keeps: an approved invoice has taken its goods already. All items each time: that a quantity changes the
/// item's time of change is said nowhere, and Xero gives items in one page.
/// </summary>
internal sealed class FetchXeroStock(IXeroApi api, VendorCalls calls, XeroOptions options, CrossReferences references, TimeProvider time) : IStockSource
{
    private DateTimeOffset? _readAt;

    public async Task<CallOutcome<StockPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _readAt < options.StockEvery)
        {
            return new CallOutcome<StockPage>.Done(new StockPage([], null, null));
        }

        return await calls.AskAsync<StockPage>(
            async cancel =>
            {
                var answer = await api.GetItemsAsync(options.Tenant!.Value, cancel);
                if (answer.Items is not { } items)
                {
                    return new CallOutcome<StockPage>.Unknown("Xero answered without a list of items.");
                }

                _readAt = time.GetUtcNow();
                return new CallOutcome<StockPage>.Done(new StockPage(Levels(items), null, null));
            },
            XeroAnswers.Read<StockPage>, cancellationToken);
    }

    private ImmutableArray<StockLevel> Levels(ImmutableArray<XeroItem?> items) => [.. items.OfType<XeroItem>().SelectMany(Level)];

    private IEnumerable<StockLevel> Level(XeroItem item)
    {
        if (item is { Code: { } code, QuantityOnHand: { } onHand, IsTrackedAsInventory: not false })
        {
            foreach (var key in references.KeysOf(CrossReferences.Items, code).Where(key => Sku.TryParse(key, out _)))
            {
                yield return new StockLevel(Sku.Parse(key), (int)Math.Clamp(Math.Floor(onHand), int.MinValue, int.MaxValue));
            }
        }
    }
}
