using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Shop;

/// <summary>
/// A marketplace's order becomes an order of the shop, paid, with its key as the reference: the shop takes the same
/// reference once.
/// </summary>
internal sealed class EnterTownOrder(ITownShopApi shop, VendorCalls calls) : IOrderEntry
{
    public Task<CallOutcome<string>> EnterAsync(Order order, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel => (await shop.PostOrderAsync(ToShop(order), cancel)).Order is { Length: > 0 } number
            ? number
            : throw new JsonException("The shop gave the order no number."),
        cancellationToken);

    private static NewTownShopOrder ToShop(Order order)
    {
        var to = order.ShipTo;
        return new NewTownShopOrder(
            order.Key.ToString(),
            order.Key.Channel,
            order.Buyer.Email,
            [.. order.Lines.Select(line => new TownShopLine(line.Sku.Text, line.Quantity, line.UnitPrice.Amount))],
            order.Total.Amount,
            order.Total.Currency,
            new TownShopAddress(to.Name, to.Street, to.City, to.Zip, to.Country),
            Paid: true);
    }
}
