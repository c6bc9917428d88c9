using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Marketplace;

/// <summary>The marketplace's orders, by the time at which they were placed, page by page.</summary>
internal sealed class FetchTownOrders(ITownMarketplaceApi marketplace, VendorCalls calls, TownMarketplaceOptions options) : IOrderSource
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public string Channel => options.Channel;

    public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            var fetched = await marketplace.GetOrdersAsync(since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), page, cancel);
            var orders = ImmutableArray.CreateBuilder<Order>();
            var unreadable = ImmutableArray.CreateBuilder<UnreadableOrder>();
            foreach (var order in fetched.Orders.IsDefault ? throw new JsonException("It holds no orders.") : fetched.Orders)
            {
                try
                {
                    orders.Add(FromTown(order.Deserialize<TownOrder>(Strict) ?? throw new JsonException("It is null.")));
                }
                catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
                {
                    unreadable.Add(new UnreadableOrder(KeyOf(order), order.GetRawText(), e.Message));
                }
            }

            return new OrderPage(orders.ToImmutable(), fetched.Next) { Unreadable = unreadable.ToImmutable() };
        },
        cancellationToken);

    private OrderKey KeyOf(JsonElement order) =>
        order.ValueKind == JsonValueKind.Object && order.TryGetProperty("id", out var id)
            && OrderKey.TryCreate(options.Channel, id.ToString(), out var key)
            ? key
            : OrderKey.Parse($"{options.Channel}/unreadable-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(order.GetRawText()))[..8])}");

    private Order FromTown(TownOrder order) => order.Items.Contains(null!) ? throw new FormatException("One of its items is null.") : new(
        OrderKey.Parse($"{options.Channel}/{order.Id}"),
        order.Id,
        order.PlacedAt.ToUniversalTime(),
        new Contact(order.Buyer.Email, order.Buyer.Name),
        [.. order.Items.Select(item => new OrderLine(Sku.Parse(item.Sku), item.Title, item.Quantity, new Money(item.Price, order.Currency)))],
        new Money(order.Total, order.Currency),
        new Address(order.Buyer.Name, order.Buyer.Street, order.Buyer.City, order.Buyer.Zip, order.Buyer.Country));
}
