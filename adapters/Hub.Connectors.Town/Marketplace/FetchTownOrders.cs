using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Marketplace;

/// <summary>The marketplace's orders, by the time at which they were placed, page by page.</summary>
internal sealed class FetchTownOrders(ITownMarketplaceApi marketplace, VendorCalls calls, TownMarketplaceOptions options) : IOrderSource
{
    public string Channel => options.Channel;

    public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            var fetched = await marketplace.GetOrdersAsync(since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), page, cancel);
            return new OrderPage([.. fetched.Orders.Select(FromTown)], fetched.Next);
        },
        cancellationToken);

    private Order FromTown(TownOrder order) => new(
        OrderKey.Parse($"{options.Channel}/{order.Id}"),
        order.Id,
        order.PlacedAt.ToUniversalTime(),
        new Contact(order.Buyer.Email, order.Buyer.Name),
        [.. order.Items.Select(item => new OrderLine(Sku.Parse(item.Sku), item.Title, item.Quantity, new Money(item.Price, order.Currency)))],
        new Money(order.Total, order.Currency),
        new Address(order.Buyer.Name, order.Buyer.Street, order.Buyer.City, order.Buyer.Zip, order.Buyer.Country));
}
